# lockgate: one Makefile, objects in build/.  `make help` lists what it can do.

# `make V=1` shows every command.

BUILD ?= build
Q = $(if $(V),,@)
CC = gcc
VERSION := $(shell sed -n 's/^\#define LOCKGATE_VERSION "\(.*\)"/\1/p' plugin/version.h)

# Debian packages, each named once.
BUILD_PACKAGES = gcc make pkg-config libsqlite3-dev libpq-dev libarchive-dev libzstd-dev libssl-dev \
	libjansson-dev libinih-dev libcurl4-openssl-dev
TEST_PACKAGES = libcmocka-dev libpg-query-dev python3 python3-jsonschema python3-yaml python3-pyte sqlite3 \
	zstd mandoc postgresql pgbouncer python3-psycopg2 strace procps openssl openssh-client minisign \
	bash-completion zsh fish
VERIFIER_PACKAGES = g++ libxml2-utils python3-junitparser rsync git
CONTAINER_PACKAGES = buildah mmdebstrap curl openssl
MODEL_PACKAGES = gcc spin
FUZZ_PACKAGES = clang llvm libclang-rt-dev python3 zstd openssh-client minisign
LINT_PACKAGES = clang-format clang-tidy cppcheck gawk mawk busybox

LIBRARIES = sqlite3 libpq libcurl libarchive libzstd libcrypto jansson inih

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual \
	-Wpointer-arith -Wwrite-strings -Wstrict-prototypes -Wold-style-definition \
	-Wmissing-prototypes -Wmissing-declarations -Wredundant-decls -Wundef -Wvla -Wformat=2 \
	-Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference -Wdouble-promotion -fno-common
ifeq ($(findstring clang,$(CC)),)
WARNINGS += -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wcast-align=strict
else
WARNINGS += -Wcast-align -Wcomma -Wunreachable-code
endif
HARDENING = -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
DIALECT = -std=c17 -D_GNU_SOURCE -I. $(shell pkg-config --cflags $(LIBRARIES)) -include base/banned.h
OPTIMIZE = -O2 -g
ifdef SANITIZE
OPTIMIZE = -O1 -g -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
else
HARDENING += -D_FORTIFY_SOURCE=2
endif
ifdef CI
WARNINGS += -Werror
endif
# Places where tests do harm; see base/fault.h.
ifdef FAULTS
DIALECT += -DLOCKGATE_FAULTS
endif
# Digests that no mutation hits; see base/fuzzing.h.
ifdef FUZZING
DIALECT += -DLOCKGATE_FUZZING
OPTIMIZE += -fprofile-instr-generate -fcoverage-mapping
endif
CFLAGS ?=
ALL_CFLAGS = $(DIALECT) $(OPTIMIZE) $(WARNINGS) $(HARDENING) $(CFLAGS)
LINK_FLAGS = -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack $(if $(SANITIZE),-fsanitize=$(SANITIZE))
# Expanded only where something is linked, for pkg-config is itself a build package.
LINK_LIBRARIES = $(shell pkg-config --libs $(LIBRARIES)) -pthread

LAYERS = base bundles bundles/formats bundles/lint gate gate/postgres gate/sqlite ci ci/render ci/sinks plugin
SOURCES := $(sort $(foreach layer,$(LAYERS),$(wildcard $(layer)/*.c)))
ifndef FAULTS
SOURCES := $(filter-out base/fault.c,$(SOURCES))
endif
ifdef FUZZING
SOURCES := $(filter-out gate/% plugin/%,$(SOURCES)) plugin/settings.c plugin/option_rows.c
else
SOURCES := $(filter-out base/fuzzing.c,$(SOURCES))
endif
HEADERS := $(sort $(foreach layer,$(LAYERS),$(wildcard $(layer)/*.h)))
ENGINES = postgres sqlite
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o) $(ENGINES:%=$(BUILD)/gate/%/sql.o) $(BUILD)/ci/render/html_style.o \
	$(BUILD)/bundles/formats/sequelize_compiler.o
PARTS := $(filter-out $(BUILD)/plugin/main.o,$(OBJECTS))

SUPPORT_SOURCES := $(sort $(wildcard tests/support/*.c))
SUPPORT_OBJECTS := $(SUPPORT_SOURCES:%.c=$(BUILD)/%.o)
TEST_SOURCES := $(sort $(wildcard tests/unit/test_*.c tests/contract/test_*.c tests/oracle/test_*.c))
TEST_PROGRAMS := $(TEST_SOURCES:%.c=$(BUILD)/%)
CONTRACT_PROGRAMS := $(filter $(BUILD)/tests/contract/%,$(TEST_PROGRAMS))
BENCH_SOURCES := $(sort $(wildcard tests/bench/*.c))
BENCH_PROGRAMS := $(BENCH_SOURCES:%.c=$(BUILD)/%)

FUZZ_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_SUPPORT := $(BUILD)/tests/fuzz/input.o $(BUILD)/tests/fuzz/bundle_input.o

# The floor under every start: a program that loads the same libraries and does nothing.
$(BUILD)/tests/bench/bare_read $(BUILD)/tests/bench/bare_connect: LINK_FLAGS += -Wl,--no-as-needed

.PHONY: all deps test-deps verifier-deps container-deps lint-deps check check-18 verifiers container-check lint sanitize demo bench install clean help format
.SECONDARY:

all: libraries-present
	@$(MAKE) --no-print-directory $(BUILD)/lockgate

.PHONY: libraries-present
libraries-present:
	@command -v pkg-config >/dev/null && pkg-config --exists $(LIBRARIES) || \
		{ echo "libraries are missing: run 'make deps' first" >&2; exit 1; }

help:
	@echo 'make deps      install what the build needs (Debian packages; root)'
	@echo 'make           build $(BUILD)/lockgate'
	@echo 'make demo      pack, gate and apply the example, then watch the gate refuse'
	@echo 'make check     install what the tests need, run every test'
	@echo 'make check-18  the tests on a database server again, on PostgreSQL 18'
	@echo 'make verifiers what lockgate writes, judged by programs that others wrote (npm)'
	@echo 'make container-check  build the image without a daemon, start it, break it (root)'
	@echo 'make sanitize  the tests under ASan and UBSan'
	@echo 'make lint      clang-format, clang-tidy, cppcheck, layers'
	@echo 'make faults    kill, cut, restart and fill the disk at every step (root)'
	@echo 'make fuzz      mutate what may be hostile, FUZZ_SECONDS=60 for each target'
	@echo 'make model     look at every state of the protocols, with spin'
	@echo 'make bench     measure: no-op, apply, bundle, lexer'
	@echo 'make install   PREFIX=/usr/local, DESTDIR='

# Installs what is missing; without root it prints the exact command.
deps:
	@./tests/support/install-packages $(BUILD_PACKAGES)
test-deps:
	@./tests/support/install-packages $(BUILD_PACKAGES) $(TEST_PACKAGES)
verifier-deps:
	@./tests/support/install-packages $(BUILD_PACKAGES) $(TEST_PACKAGES) $(VERIFIER_PACKAGES)
container-deps:
	@./tests/support/install-packages $(BUILD_PACKAGES) $(TEST_PACKAGES) $(CONTAINER_PACKAGES)
lint-deps:
	@./tests/support/install-packages $(BUILD_PACKAGES) $(TEST_PACKAGES) $(LINT_PACKAGES)

# For an image: what to install before the build, and what its binary needs where it runs.
.PHONY: print-build-packages print-runtime-packages
print-build-packages:
	@echo $(BUILD_PACKAGES)
print-runtime-packages: $(BUILD)/lockgate
	@readelf -d $< | sed -n 's,.*(NEEDED).*\[\(.*\)\],*/$(shell $(CC) -print-multiarch)/\1,p' | xargs dpkg-query -S | cut -d: -f1 | sort -u

$(BUILD)/lockgate: $(BUILD)/plugin/main.o $(BUILD)/liblockgate.a
	@echo '  LINK  $@'
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $^ $(LINK_LIBRARIES)

# What setup/action.yml fetches: the program and, beside it, the libraries that a runner may not have.
NAME = lockgate-$(VERSION)-linux-$(shell uname -m)
.PHONY: tarball
tarball: $(BUILD)/plugin/main.o $(BUILD)/liblockgate.a
	$(Q)rm -rf $(BUILD)/$(NAME) && mkdir -p $(BUILD)/$(NAME)/bin $(BUILD)/$(NAME)/lib
	$(Q)$(CC) $(LINK_FLAGS) -s -Wl,-rpath,'$$ORIGIN/../lib' -Wl,--disable-new-dtags -o $(BUILD)/$(NAME)/bin/lockgate \
		$^ $(LINK_LIBRARIES)
	$(Q)ldd $(BUILD)/$(NAME)/bin/lockgate | sed -n 's/.* => \(\/[^ ]*\).*/\1/p' | \
		grep -Ev '/(libc|libm|libdl|libpthread|librt|libresolv)\.so' | xargs cp -Lt $(BUILD)/$(NAME)/lib
	$(Q)cp LICENSE $(BUILD)/$(NAME)/
	$(Q)tar -czf $(BUILD)/$(NAME).tar.gz --owner=0 --group=0 --numeric-owner --sort=name --mtime=@0 \
		-C $(BUILD) $(NAME)
	$(Q)cd $(BUILD) && sha256sum $(NAME).tar.gz

# All of lockgate but its main(), for the tests to link too.
$(BUILD)/liblockgate.a: $(PARTS)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo '  CC    $<'
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The statements of each engine, as strings named after their files.
define embed_sql
$(BUILD)/gate/$(1)/sql.c: gate/embed.awk $(sort $(wildcard gate/$(1)/sql/*.sql))
	@mkdir -p $$(@D)
	$$(Q)awk -v prefix=$(1)_sql_ -v header=gate/$(1)/sql.h -f $$^ >$$@
$(BUILD)/gate/$(1)/sql.o: $(BUILD)/gate/$(1)/sql.c gate/$(1)/sql.h
	$$(Q)$$(CC) $$(ALL_CFLAGS) -c -o $$@ $$<
endef
$(foreach engine,$(ENGINES),$(eval $(call embed_sql,$(engine))))

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(SUPPORT_OBJECTS) $(BUILD)/liblockgate.a
	@echo '  LINK  $@'
	$(Q)$(CC) $(LINK_FLAGS) -o $@ $^ $(LINK_LIBRARIES) -lcmocka $(if $(findstring /oracle/,$@),-lpg_query)

$(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(FUZZ_SUPPORT) $(BUILD)/liblockgate.a
	@echo '  LINK  $@'
	$(Q)$(CC) $(LINK_FLAGS) -fsanitize=fuzzer -fprofile-instr-generate -o $@ $^ $(LINK_LIBRARIES)

# The style sheet of the HTML report; C17 asks for strings of 4,095 characters only.
$(BUILD)/ci/render/html_style.c: gate/embed.awk ci/render/html_style.css
	@mkdir -p $(@D)
	$(Q)awk -v prefix=ci_ -v header=ci/render/html_part.h -f $^ >$@
$(BUILD)/ci/render/html_style.o: $(BUILD)/ci/render/html_style.c ci/render/html_part.h
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-overlength-strings -c -o $@ $<

# The program that Node.js runs to compile Sequelize migrations: one module, in this order.
COMPILER_PARTS = protocol place guard determinism project statement answer migration command
$(BUILD)/bundles/formats/sequelize_compiler.mjs: $(COMPILER_PARTS:%=bundles/formats/sequelize/%.mjs) Makefile
	@mkdir -p $(@D)
	$(Q)cat $(COMPILER_PARTS:%=bundles/formats/sequelize/%.mjs) >$@
$(BUILD)/bundles/formats/sequelize_compiler.c: gate/embed.awk $(BUILD)/bundles/formats/sequelize_compiler.mjs
	$(Q)awk -v header=bundles/formats/sequelize_compiler.h -f $^ >$@
$(BUILD)/bundles/formats/sequelize_compiler.o: $(BUILD)/bundles/formats/sequelize_compiler.c \
		bundles/formats/sequelize_compiler.h
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-overlength-strings -c -o $@ $<

demo: deps
	@$(MAKE) --no-print-directory $(BUILD)/lockgate >/dev/null
	@./examples/energy-tracker/demo $(BUILD)/lockgate

check: test-deps
	@$(MAKE) --no-print-directory run-tests

.PHONY: run-tests
run-tests: $(BUILD)/lockgate $(TEST_PROGRAMS)
	@BUILD=$(BUILD) LOCKGATE=$(abspath $(BUILD)/lockgate) ./tests/run $(TEST_PROGRAMS)

# Debian's PostgreSQL is 15.
check-18: test-deps
	@$(MAKE) --no-print-directory run-tests-18

.PHONY: run-tests-18
run-tests-18: $(BUILD)/lockgate $(CONTRACT_PROGRAMS)
	@POSTGRES_BIN=$$(./tests/support/postgres-18 $(BUILD)/postgres-18) && export POSTGRES_BIN && \
		BUILD=$(BUILD) LOCKGATE=$(abspath $(BUILD)/lockgate) \
		SCRIPTS='tests/cli/test_postgres_*.py' ./tests/run $(CONTRACT_PROGRAMS)

verifiers: verifier-deps
	@$(MAKE) --no-print-directory run-verifiers

.PHONY: run-verifiers
run-verifiers: $(BUILD)/lockgate $(BUILD)/tests/verifiers/render
	@BUILD=$(BUILD) LOCKGATE=$(abspath $(BUILD)/lockgate) ./tests/verifiers/run

container-check: container-deps
	@$(MAKE) --no-print-directory run-container-check

.PHONY: run-container-check
run-container-check: $(BUILD)/lockgate tarball
	@BUILD=$(BUILD) LOCKGATE=$(abspath $(BUILD)/lockgate) ./tests/container/run

sanitize: test-deps
	@$(MAKE) --no-print-directory run-tests BUILD=$(BUILD)/sanitize SANITIZE=address,undefined

# The release binary is looked at beside: it has nothing of this. One target alone: FUZZ_TARGETS=lexer.
FUZZ_SECONDS ?= 60
.PHONY: fuzz fuzz-smoke run-fuzz run-fuzz-smoke
fuzz fuzz-smoke:
	@./tests/support/install-packages $(BUILD_PACKAGES) $(FUZZ_PACKAGES)
	@$(MAKE) --no-print-directory $(BUILD)/lockgate
	@$(MAKE) --no-print-directory run-$@ BUILD=$(BUILD)/fuzz CC=clang FUZZING=1 \
		SANITIZE=address,undefined,fuzzer-no-link WARNINGS=-w LOCKGATE_RELEASE=$(abspath $(BUILD)/lockgate)
run-fuzz run-fuzz-smoke: $(FUZZ_PROGRAMS)
	@BUILD=$(BUILD) LOCKGATE=$(LOCKGATE_RELEASE) FUZZ_SECONDS=$(FUZZ_SECONDS) ./tests/fuzz/run $(@:run-%=%) $(FUZZ_TARGETS)

# Mounts small disks, so it needs root. The release binary is looked at beside.
.PHONY: faults run-faults model
faults: test-deps
	@$(MAKE) --no-print-directory $(BUILD)/lockgate
	@$(MAKE) --no-print-directory run-faults BUILD=$(BUILD)/faults FAULTS=1 LOCKGATE_RELEASE=$(abspath $(BUILD)/lockgate)
run-faults: $(BUILD)/lockgate
	@BUILD=$(BUILD) LOCKGATE=$(abspath $(BUILD)/lockgate) LOCKGATE_RELEASE=$(LOCKGATE_RELEASE) \
		SCRIPTS='tests/fault/test_*.py' unshare --mount ./tests/run

model:
	@./tests/support/install-packages $(MODEL_PACKAGES)
	@./docs/model/check

lint: lint-deps
	@CI=1 ./tests/agreement/lint $(SOURCES) $(HEADERS)

bench: test-deps
	@$(MAKE) --no-print-directory $(BUILD)/lockgate $(BENCH_PROGRAMS)
	@LOCKGATE=$(abspath $(BUILD)/lockgate) BUILD=$(BUILD) ./tests/bench/run

PREFIX ?= /usr/local
install_completion = $(BUILD)/lockgate help --completion $(1) >$(BUILD)/completion.$(1) && \
	install -D -m 0644 $(BUILD)/completion.$(1) $(DESTDIR)$(PREFIX)/share/$(2)
install: $(BUILD)/lockgate
	install -D -m 0755 $(BUILD)/lockgate $(DESTDIR)$(PREFIX)/bin/lockgate
	install -D -m 0644 lockgate.1 $(DESTDIR)$(PREFIX)/share/man/man1/lockgate.1
	$(call install_completion,bash,bash-completion/completions/lockgate)
	$(call install_completion,zsh,zsh/site-functions/_lockgate)
	$(call install_completion,fish,fish/vendor_completions.d/lockgate.fish)

format:
	clang-format -i $(SOURCES) $(HEADERS) $(wildcard tests/*/*.c tests/*/*.h)

clean:
	rm -rf $(BUILD)

-include $(FUZZ_PROGRAMS:=.d) $(FUZZ_SUPPORT:.o=.d) $(BUILD)/tests/verifiers/render.d $(OBJECTS:.o=.d) $(SUPPORT_OBJECTS:.o=.d) $(TEST_PROGRAMS:=.d) $(BENCH_PROGRAMS:=.d)
