/* SPDX-License-Identifier: MIT */
#include "bundles/formats/compiler.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/formats/sequelize_compiler.h"
#include "bundles/limits.h"

enum {
	CHILD_SOCKET = 3,
	CHUNK_BYTES = 64 * 1024,
	POLL_MS = 100,
	LEAVE_MS = 5000,
	LOG_BYTES = 2000, /* of its last words */
	LENGTH_CHARS = 20,
};

void compiler_init(struct compiler *compiler, const volatile sig_atomic_t *stop)
{
	*compiler = (struct compiler){.socket = -1, .log = -1, .stop = stop};
	lg_buf_init(&compiler->received, BUNDLE_MAX_BODY_BYTES);
	lg_buf_init(&compiler->message, BUNDLE_MAX_BODY_BYTES);
}

/* Start */

static void drop_list(char ***list)
{
	free(*list);
}

/* The environment without what is lockgate's own, secrets among it. */
static char **child_environment(void)
{
	size_t count = 0;
	size_t kept = 0;
	char **list;

	while (environ[count])
		count++;
	list = lg_calloc(count + 1, sizeof(*list));
	for (size_t i = 0; i < count; i++)
		if (strncmp(environ[i], "LOCKGATE_", strlen("LOCKGATE_")) != 0)
			list[kept++] = environ[i];
	return list;
}

static void drop_actions(posix_spawn_file_actions_t *actions)
{
	(void)posix_spawn_file_actions_destroy(actions);
}

static void drop_attributes(posix_spawnattr_t *attributes)
{
	(void)posix_spawnattr_destroy(attributes);
}

/* A group of its own: a Ctrl-C is for lockgate, which ends it in good order. */
static int spawn(struct compiler *compiler, int program, int socket, char *const *environment)
{
	LG_CLEANUP(drop_actions) posix_spawn_file_actions_t actions;
	LG_CLEANUP(drop_attributes) posix_spawnattr_t attributes;
	static char node[] = "node";
	static char module[] = "--input-type=module";
	static char from_input[] = "-";
	char *const arguments[] = {node, module, from_input, NULL};
	sigset_t none;

	(void)sigemptyset(&none);
	(void)posix_spawnattr_init(&attributes);
	(void)posix_spawnattr_setsigmask(&attributes, &none);
	(void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	(void)posix_spawn_file_actions_init(&actions);
	if (posix_spawn_file_actions_adddup2(&actions, program, STDIN_FILENO) != 0 ||
		posix_spawn_file_actions_addopen(
			&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) != 0 ||
		posix_spawn_file_actions_adddup2(&actions, compiler->log, STDERR_FILENO) != 0 ||
		posix_spawn_file_actions_adddup2(&actions, socket, CHILD_SOCKET) != 0)
		return ENOMEM;
	return posix_spawnp(&compiler->pid, node, &actions, &attributes, arguments, environment);
}

/* The program's text as a file, at its beginning. */
static enum lg_status open_program(int *out, struct lg_error *err)
{
	*out = memfd_create("lockgate-compiler", MFD_CLOEXEC);
	if (*out < 0)
		return lg_fail_errno(err, "cannot make room for the compiler");
	if (lg_fd_write(*out, sequelize_compiler, strlen(sequelize_compiler), err))
		return err->status;
	if (lseek(*out, 0, SEEK_SET) != 0)
		return lg_fail_errno(err, "cannot hand the compiler over");
	return LG_OK;
}

enum lg_status compiler_start(struct compiler *compiler, struct lg_error *err)
{
	LG_CLEANUP(lg_fd_drop) int program = -1;
	LG_CLEANUP(lg_fd_drop) int theirs = -1;
	LG_CLEANUP(drop_list) char **environment = child_environment();
	int pair[2];
	int reason;

	if (open_program(&program, err))
		return err->status;
	compiler->log = memfd_create("lockgate-compiler-log", MFD_CLOEXEC);
	if (compiler->log < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return lg_fail_errno(err, "cannot talk to the compiler");
	compiler->socket = pair[0];
	theirs = pair[1];
	/* dup2() onto itself would leave the descriptor closed in the child. */
	if (theirs == CHILD_SOCKET)
		(void)fcntl(theirs, F_SETFD, 0);
	reason = spawn(compiler, program, theirs, environment);
	if (!reason)
		return LG_OK;
	compiler->pid = 0;
	errno = reason;
	(void)lg_fail_errno(err, "cannot start 'node'");
	return lg_hint(err,
		"JavaScript migrations are compiled with Node.js 18 or newer: install it "
		"where the bundle is made; whoever applies the bundle does not need it");
}

/* Conversation */

enum lg_status compiler_send(
	struct compiler *compiler, const char *const *fields, size_t count, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf message;
	LG_CLEANUP(lg_buf_release) struct lg_buf body;

	lg_buf_init(&message, LG_BUF_MAX_BYTES);
	lg_buf_init(&body, LG_BUF_MAX_BYTES);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			lg_buf_addc(&body, '\0');
		lg_buf_adds(&body, fields[i]);
	}
	lg_buf_addf(&message, "%zu\n", body.len);
	lg_buf_add(&message, body.text, body.len);
	/* A compiler that is gone says why when it is asked for an answer. */
	for (size_t sent = 0; sent < message.len;) {
		ssize_t len = send(
			compiler->socket, message.text + sent, message.len - sent, MSG_NOSIGNAL);

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0 && errno != EPIPE && errno != ECONNRESET)
			return lg_fail_errno(err, "cannot talk to the compiler");
		if (len < 0)
			return LG_OK;
		sent += (size_t)len;
	}
	return LG_OK;
}

/* The last line of what it printed that says something; kept in `out`. */
static void read_last_words(const struct compiler *compiler, struct lg_buf *out)
{
	char text[LOG_BYTES + 1];
	off_t size = lseek(compiler->log, 0, SEEK_END);
	off_t start = size > LOG_BYTES ? size - LOG_BYTES : 0;
	ssize_t len = pread(compiler->log, text, LOG_BYTES, start);
	const char *found = NULL;

	text[len > 0 ? len : 0] = '\0';
	for (char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		/* Errors are "Name: sentence"; what follows them is their stack. */
		if (!found || (strstr(line, "Error") && !strstr(found, "Error")))
			found = *line && *line != ' ' && *line != '\n' ? line : found;
	}
	if (found)
		lg_buf_add(out, found, strcspn(found, "\n"));
}

static enum lg_status fail_broken(struct compiler *compiler, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf words;

	lg_buf_init(&words, LOG_BYTES);
	read_last_words(compiler, &words);
	(void)lg_fail(err, LG_FORMAT, "the compiler ended by itself%s%s", words.len ? ": " : "",
		words.text);
	return lg_hint(err, "a migration must not end the process; a Node.js older than 18 cannot "
			    "run the compiler");
}

static enum lg_status wait_for_bytes(struct compiler *compiler, struct lg_error *err)
{
	for (;;) {
		struct pollfd poll_fd = {.fd = compiler->socket, .events = POLLIN};
		int ready;

		if (compiler->stop && *compiler->stop)
			return lg_fail(err, LG_CANCELLED, "the compiler was stopped by a signal");
		ready = poll(&poll_fd, 1, POLL_MS);
		if (ready > 0)
			return LG_OK;
		if (ready < 0 && errno != EINTR)
			return lg_fail_errno(err, "cannot listen to the compiler");
	}
}

static enum lg_status receive_bytes(struct compiler *compiler, struct lg_error *err)
{
	char bytes[CHUNK_BYTES];
	ssize_t len;

	if (wait_for_bytes(compiler, err))
		return err->status;
	len = recv(compiler->socket, bytes, sizeof(bytes), 0);
	if (len < 0 && errno == EINTR)
		return LG_OK;
	if (len <= 0)
		return fail_broken(compiler, err);
	lg_buf_add(&compiler->received, bytes, (size_t)len);
	return lg_buf_status(&compiler->received, "what a migration sends", err);
}

/* Where the fields of a message that is there completely begin; 0: it is not. */
static size_t find_body(const struct compiler *compiler, size_t *out_len, bool *out_is_bad)
{
	const char *text = compiler->received.text + compiler->taken;
	size_t rest = compiler->received.len - compiler->taken;
	size_t digits = strspn(text, "0123456789");
	uint64_t len = 0;

	*out_is_bad = digits > LENGTH_CHARS - 2 ||
		      (digits < rest && (digits == 0 || text[digits] != '\n'));
	if (*out_is_bad || digits >= rest)
		return 0;
	for (size_t i = 0; i < digits; i++)
		len = len * 10 + (uint64_t)(text[i] - '0');
	*out_is_bad = len > BUNDLE_MAX_BODY_BYTES;
	*out_len = (size_t)len;
	return !*out_is_bad && rest - digits - 1 >= len ? compiler->taken + digits + 1 : 0;
}

/* `body` ends in a NUL, as every buffer does. */
static void cut_fields(char *body, size_t len, struct compiler_message *out)
{
	*out = (struct compiler_message){.fields = {"", "", "", "", "", ""}};
	for (size_t at = 0; at <= len && out->count < COMPILER_MAX_FIELDS;) {
		out->fields[out->count++] = body + at;
		at += strlen(body + at) + 1;
	}
}

/* Gives the space of messages that were read back. */
static void forget_taken(struct compiler *compiler)
{
	struct lg_buf *received = &compiler->received;

	if (compiler->taken == 0 || compiler->taken < received->len / 2)
		return;
	memmove(received->text, received->text + compiler->taken, received->len - compiler->taken);
	lg_buf_cut(received, received->len - compiler->taken);
	compiler->taken = 0;
}

enum lg_status compiler_receive(
	struct compiler *compiler, struct compiler_message *out, struct lg_error *err)
{
	size_t len = 0;
	size_t body;
	bool is_bad = false;

	forget_taken(compiler);
	while ((body = find_body(compiler, &len, &is_bad)) == 0) {
		if (is_bad)
			return lg_fail(err, LG_FORMAT, "the compiler says what is no message");
		if (receive_bytes(compiler, err))
			return err->status;
	}
	lg_buf_clear(&compiler->message);
	lg_buf_add(&compiler->message, compiler->received.text + body, len);
	compiler->taken = body + len;
	cut_fields(compiler->message.text, len, out);
	return lg_buf_status(&compiler->message, "what a migration sends", err);
}

/* End */

void compiler_stop(struct compiler *compiler)
{
	const struct timespec pause = {.tv_nsec = 10 * INT64_C(1000000)};
	int64_t waited = 0;

	lg_fd_drop(&compiler->socket);
	lg_buf_release(&compiler->received);
	lg_buf_release(&compiler->message);
	for (; compiler->pid > 0 && waited < LEAVE_MS; waited += 10) {
		if (waitpid(compiler->pid, NULL, WNOHANG) != 0)
			compiler->pid = 0;
		else
			(void)nanosleep(&pause, NULL);
	}
	if (compiler->pid > 0) {
		(void)kill(compiler->pid, SIGKILL);
		(void)waitpid(compiler->pid, NULL, 0);
		compiler->pid = 0;
	}
	lg_fd_drop(&compiler->log);
}
