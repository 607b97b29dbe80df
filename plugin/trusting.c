/* SPDX-License-Identifier: MIT */
#include "plugin/trusting.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/file.h"
#include "bundles/limits.h"
#include "bundles/signature.h"

void trusting_release(struct trusting *trusting)
{
	trusted_keys_release(&trusting->given);
	trusted_keys_release(&trusting->machine);
	lg_arena_release(&trusting->strings);
	*trusting = (struct trusting){0};
}

static void demand(struct trusting *out, const struct trusted_keys *keys)
{
	out->trust.lists[out->trust.list_count++] = keys;
}

/* A list that cannot be looked at, or a link to nowhere, must not count as none. */
static enum lg_status read_machine_keys(struct trusting *out, struct lg_error *err)
{
	struct stat facts;

	if (lstat(TRUSTING_MACHINE_KEYS, &facts) != 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return LG_OK;
		return lg_fail_errno(
			err, "cannot look at the machine's list '%s'", TRUSTING_MACHINE_KEYS);
	}
	if (trusted_keys_read(TRUSTING_MACHINE_KEYS, &out->machine, err))
		return lg_wrap(err, "this machine demands signatures");
	demand(out, &out->machine);
	return LG_OK;
}

static enum lg_status read_given_keys(const char *path, struct trusting *out, struct lg_error *err)
{
	if (trusted_keys_read(path, &out->given, err)) {
		err->status = LG_USAGE;
		return LG_USAGE;
	}
	demand(out, &out->given);
	return LG_OK;
}

enum lg_status trusting_read_signature(const char *path, struct lg_arena *strings,
	struct bundle_signature *out, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	char name[SIGNATURE_NAME_CHARS + 1];
	struct signature signature;

	lg_buf_init(&text, BUNDLE_MAX_SIGNATURE_BYTES);
	if (lg_file_read(path, &text, err)) {
		if (err->status == LG_IO)
			err->status = LG_USAGE;
		return lg_wrap(err, "signature");
	}
	if (signature_parse(text.text, text.len, &signature, err))
		return lg_wrap(err, "signature '%s'", path);
	signature_name(&signature, name);
	*out = (struct bundle_signature){
		.name = lg_arena_add(strings, name),
		.bytes = lg_arena_addn(strings, text.text, text.len),
		.len = text.len,
	};
	return LG_OK;
}

enum lg_status trusting_load(
	struct trusting *out, const struct trusting_options *options, struct lg_error *err)
{
	if (options->trusted_keys && read_given_keys(options->trusted_keys, out, err))
		return err->status;
	if (options->asks_machine && read_machine_keys(out, err))
		return err->status;
	out->trust.now_us = lg_clock_now_us();
	if (!options->signature)
		return LG_OK;
	if (out->trust.list_count == 0 && !options->may_lack_keys)
		return lg_hint((lg_fail(err, LG_USAGE, "--signature needs --trusted-keys"), err),
			"a signature says something only to those who know whose keys they trust");
	return trusting_read_signature(options->signature, &out->strings, &out->signature, err);
}
