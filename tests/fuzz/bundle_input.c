/* SPDX-License-Identifier: MIT */
#include "tests/fuzz/bundle_input.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "bundles/archive.h"
#include "tests/fuzz/input.h"

/* Scripts of a small input have to be small too. */
enum { MAX_TOTAL_BYTES = 1 << 20, PATH_CHARS = 63 };

static void drop_reader(struct archive_reader **slot)
{
	archive_reader_free(*slot);
}

static enum lg_status read_bundle(const char *path, struct bundle *out, struct lg_error *err)
{
	const struct archive_options options = {.max_total_bytes = MAX_TOTAL_BYTES};
	LG_CLEANUP(drop_reader) struct archive_reader *reader = NULL;

	if (archive_open(path, &options, out, &reader, err))
		return err->status;
	return archive_read_bodies(reader, err);
}

/* Replacing a file needs a name in a folder. */
static const char *written_path(void)
{
	static char path[PATH_CHARS + 1];

	if (!path[0])
		(void)snprintf(
			path, sizeof(path), "/dev/shm/lockgate-fuzz-%ld.lockgate", (long)getpid());
	return path;
}

static void survives_writing(const struct bundle *bundle)
{
	LG_CLEANUP(bundle_release) struct bundle again;
	const char *path = written_path();
	struct lg_digest digest;
	struct lg_error err = {0};

	bundle_init(&again);
	assert(archive_write(bundle, path, &digest, &err) == LG_OK);
	assert(read_bundle(path, &again, &err) == LG_OK);
	assert(lg_digest_equal(&again.id, &bundle->id) && again.count == bundle->count);
	assert(again.signature_count == bundle->signature_count);
	assert(unlink(path) == 0);
}

void bundle_input_read(const void *bytes, size_t len)
{
	LG_CLEANUP(bundle_release) struct bundle bundle;
	struct lg_error err = {0};
	enum lg_status status;

	bundle_init(&bundle);
	status = read_bundle(input_file(bytes, len), &bundle, &err);
	input_check_error(status, &err);
	assert(bundle.has_bodies == (status == LG_OK));
	if (status == LG_OK)
		survives_writing(&bundle);
}
