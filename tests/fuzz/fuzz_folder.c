/* SPDX-License-Identifier: MIT */
/*
 * Folders of migrations. The first byte picks the format by its letter (`A` for one that has to be
 * recognised, `B` for the first of the table below), or the same for SQLite in small letters; then
 * come files, each behind a line `=== NAME`. What is packed has a manifest that is read again.
 */

#include <assert.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/folder.h"
#include "bundles/manifest.h"
#include "tests/fuzz/input.h"

enum { MAX_FILES = 8, MAX_NAME_CHARS = 80, FOLDER_CHARS = 63 };

/* Sequelize's is not among them: it starts Node.js, with the project's code. */
static const char *const formats[] = {NULL, "atlas", "dbmate", "diesel", "flyway", "golang-migrate",
	"goose", "liquibase", "node-pg-migrate", "prisma", "sqitch", "sqlx", "native"};

static char folder[FOLDER_CHARS + 1];

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *place)
{
	(void)facts, (void)kind;
	return place->level > 0 ? remove(path) : 0;
}

static int remove_all(const char *path, const struct stat *facts, int kind, struct FTW *place)
{
	(void)facts, (void)kind, (void)place;
	return remove(path);
}

static void remove_folder(void)
{
	(void)nftw(folder, remove_all, 8, FTW_DEPTH | FTW_PHYS);
}

static void make_folder(void)
{
	if (!folder[0]) {
		(void)snprintf(folder, sizeof(folder), "/dev/shm/lockgate-fuzz-XXXXXX");
		assert(mkdtemp(folder) && atexit(remove_folder) == 0);
	}
	assert(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
}

/* True if the name stays in the folder, and cannot bring Node.js up. */
static bool is_harmless(const char *name)
{
	return *name && *name != '/' && !strstr(name, "..") && !strstr(name, "js") &&
	       !strstr(name, "sequelize");
}

static void write_file(const char *name, const char *text, size_t len)
{
	LG_FREE_BY_SCOPE char *path = lg_format("%s/%s", folder, name);
	struct lg_error err = {0};
	int fd;

	if (!is_harmless(name))
		return;
	for (char *slash = strchr(path + strlen(folder) + 1, '/'); slash;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
	/* A name may be one of a folder, or too long. */
	fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	assert(lg_fd_write(fd, text, len, &err) == LG_OK && close(fd) == 0);
}

/* The next `=== NAME` line at or behind `at`; NULL if there is none. */
static const char *find_mark(const char *at, const char *end)
{
	static const char mark[] = "=== ";

	while (end - at >= 4) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));

		if (memcmp(at, mark, 4) == 0)
			return at;
		if (!feed)
			return NULL;
		at = feed + 1;
	}
	return NULL;
}

static void write_files(const char *text, const char *end)
{
	const char *mark = find_mark(text, end);

	for (size_t files = 0; mark && files < MAX_FILES; files++) {
		const char *feed = memchr(mark, '\n', (size_t)(end - mark));
		const char *body = feed ? feed + 1 : end;
		const char *next = find_mark(body, end);
		char name[MAX_NAME_CHARS + 1];

		(void)snprintf(name, sizeof(name), "%.*s", (int)((feed ? feed : end) - mark - 4),
			mark + 4);
		write_file(name, body, (size_t)((next ? next : end) - body));
		mark = next;
	}
}

static void reads_again(const struct bundle *bundle)
{
	LG_CLEANUP(bundle_release) struct bundle again;
	struct lg_error err = {0};

	bundle_init(&again);
	lg_buf_add(&again.manifest, bundle->manifest.text, bundle->manifest.len);
	assert(manifest_parse(&again, &err) == LG_OK);
	assert(again.count == bundle->count && lg_digest_equal(&again.id, &bundle->id));
}

static void pack(const struct folder_options *options)
{
	LG_CLEANUP(folder_result_release) struct folder_result result = {0};
	LG_CLEANUP(bundle_release) struct bundle bundle;
	struct lg_error err = {0};
	enum lg_status status;

	bundle_init(&bundle);
	status = folder_pack(folder, options, &bundle, &result, &err);
	input_check_error(status, &err);
	if (status == LG_OK)
		reads_again(&bundle);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct folder_options options = {.project = "fuzz", .max_total_bytes = 1 << 20};

	if (size == 0)
		return 0;
	/* 'A' is 0x41, and 'a' 0x61. */
	options.format = formats[((data[0] - 1U) & 0x1f) % LG_COUNT_OF(formats)];
	options.engine = (data[0] & 0x20) ? SQL_SQLITE : SQL_POSTGRES;
	make_folder();
	write_files((const char *)data + 1, (const char *)data + size);
	pack(&options);
	return 0;
}
