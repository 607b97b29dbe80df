/* SPDX-License-Identifier: MIT */
#include "bundles/trust.h"

#include "base/clock.h"
#include "base/mem.h"
#include "bundles/limits.h"

enum { MOMENT_CHARS = 19 }; /* without the fraction of its second */

/* One signature held against one list. */
struct judgement {
	const struct trust *trust;
	const struct bundle *bundle;
	const struct trusted_keys *keys;
	struct lg_buf *reason; /* why it does not count */
};

static void add_moment(int64_t moment_us, struct lg_buf *out)
{
	char text[LG_MOMENT_CHARS + 1];

	lg_clock_format(moment_us, text);
	lg_buf_addf(out, "%.*sZ", MOMENT_CHARS, text);
}

/* True if the line lets its key sign this now; else the reason goes on behind the key's name. */
static bool is_allowed(const struct judgement *judgement, const struct trusted_key *key)
{
	const int64_t now_us = judgement->trust->now_us;
	struct lg_buf *reason = judgement->reason;

	if (!trusted_key_is_for_bundles(key)) {
		lg_buf_addf(reason, "line %u lets it sign for '%s', not for '%s'", key->line,
			key->namespaces, SIGNATURE_NAMESPACE);
		return false;
	}
	if (now_us < key->after_us) {
		lg_buf_addf(reason, "line %u has it valid only from ", key->line);
		add_moment(key->after_us, reason);
		return false;
	}
	if (now_us > key->before_us) {
		lg_buf_addf(reason, "it has expired: line %u has it valid until ", key->line);
		add_moment(key->before_us, reason);
		return false;
	}
	return true;
}

static bool counts(const struct judgement *judgement, const struct signature *signature,
	const struct trusted_key *key)
{
	const struct lg_buf *manifest = &judgement->bundle->manifest;
	struct lg_buf *reason = judgement->reason;
	char name[SIGNATURE_KEY_CHARS + 1];

	signature_key_format(&key->key, name);
	lg_buf_clear(reason);
	lg_buf_addf(reason, "is of the key %s of '%s', but ", name, key->principals);
	if (signature->name_space[0] && strcmp(signature->name_space, SIGNATURE_NAMESPACE) != 0) {
		lg_buf_addf(reason, "its namespace is '%s', not '%s'", signature->name_space,
			SIGNATURE_NAMESPACE);
		return false;
	}
	if (!is_allowed(judgement, key))
		return false;
	if (signature_fits(signature, &key->key, manifest->text, manifest->len))
		return true;
	lg_buf_adds(reason, "it does not fit this manifest, which was altered, or is another one");
	return false;
}

/* The key whose signature it is; NULL, with the reason, where it does not count. */
static const struct trusted_key *judge_one(
	const struct judgement *judgement, const struct bundle_signature *entry)
{
	const struct trusted_keys *keys = judgement->keys;
	char name[SIGNATURE_KEY_CHARS + 1];
	struct signature signature;
	struct lg_error err = {0};

	lg_buf_clear(judgement->reason);
	if (signature_parse(entry->bytes, entry->len, &signature, &err)) {
		lg_buf_addf(judgement->reason, "is not understood: %s", err.text);
		return NULL;
	}
	signature_key_format(&signature.key, name);
	lg_buf_addf(judgement->reason, "is of the key %s, which is not named there", name);
	/* A key may stand in several lines, each with bounds of its own. */
	for (size_t i = 0; i < keys->count; i++)
		if (signature_is_of(&signature, &keys->items[i].key) &&
			counts(judgement, &signature, &keys->items[i]))
			return &keys->items[i];
	return NULL;
}

static enum lg_status fail_unsigned(struct bundle *bundle, const char *list, struct lg_error *err)
{
	bundle->signature_fault = SIGNATURE_FAULT_UNSIGNED;
	(void)lg_fail(err, LG_FORMAT, "unsigned: a signature by a key of '%s' is demanded", list);
	return lg_hint(err, "sign the bundle with 'lockgate sign', or name a signature over its "
			    "manifest with --signature FILE");
}

static enum lg_status fail_untrusted(
	struct bundle *bundle, const char *list, const char *reasons, struct lg_error *err)
{
	bundle->signature_fault = SIGNATURE_FAULT_UNTRUSTED;
	(void)lg_fail(err, LG_FORMAT, "untrusted: no signature counts by '%s':%s", list, reasons);
	return lg_hint(err, "have it signed by a key that stands there, or add the key's line if "
			    "you trust who has it");
}

/* *out is the key that has signed, by one list. */
static enum lg_status judge_list(const struct trust *trust, struct bundle *bundle,
	const struct trusted_keys *keys, const struct trusted_key **out, struct lg_error *err)
{
	LG_CLEANUP(lg_buf_release) struct lg_buf reason;
	LG_CLEANUP(lg_buf_release) struct lg_buf reasons;
	const struct judgement judgement = {trust, bundle, keys, &reason};

	lg_buf_init(&reason, LG_ERROR_TEXT_CHARS);
	lg_buf_init(&reasons, LG_BUF_MAX_BYTES);
	if (bundle->signature_count == 0)
		return fail_unsigned(bundle, keys->path, err);
	for (size_t i = 0; i < bundle->signature_count; i++) {
		*out = judge_one(&judgement, &bundle->signatures[i]);
		if (*out)
			return LG_OK;
		lg_buf_addf(&reasons, "%s '%s' %s", i > 0 ? ";" : "", bundle->signatures[i].name,
			reason.text);
	}
	return fail_untrusted(bundle, keys->path, reasons.text, err);
}

enum lg_status trust_judge(const struct trust *trust, struct bundle *bundle, struct lg_error *err)
{
	const struct trusted_key *key = NULL;

	for (size_t i = 0; i < trust->list_count; i++)
		if (judge_list(trust, bundle, trust->lists[i], &key, err))
			return err->status;
	if (key)
		bundle->signed_by = lg_arena_add(&bundle->strings, key->principals);
	return LG_OK;
}
