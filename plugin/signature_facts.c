/* SPDX-License-Identifier: MIT */
#include "plugin/signature_facts.h"

#include <jansson.h>
#include <stdio.h>

void signature_facts_take(const struct bundle *bundle, const struct bundle_signature *signature,
	struct signature_facts *out)
{
	const struct lg_buf *manifest = &bundle->manifest;
	struct signature read;

	*out = (struct signature_facts){.validity = SIGNATURE_INVALID};
	if (signature_parse(signature->bytes, signature->len, &read, &out->err))
		return;
	out->format = signature_format_name(read.key.format);
	signature_key_format(&read.key, out->key);
	(void)snprintf(out->name_space, sizeof(out->name_space), "%s", read.name_space);
	out->validity = signature_validity(&read, manifest->text, manifest->len);
	lg_ignore(signature_check(&read, manifest->text, manifest->len, &out->err));
}

enum lg_status signature_facts_demand(const struct bundle *bundle,
	const struct bundle_signature *signature, struct signature_facts *out, struct lg_error *err)
{
	signature_facts_take(bundle, signature, out);
	if (out->validity != SIGNATURE_INVALID)
		return LG_OK;
	*err = out->err;
	return lg_wrap(err, "the signature by %s", out->key);
}

void signature_facts_describe(const struct signature_facts *facts, struct lg_buf *out)
{
	static const char *const words[] = {
		[SIGNATURE_VALID] = "valid by itself",
		[SIGNATURE_INVALID] = "not valid",
		[SIGNATURE_UNKNOWN] = "to be checked with its key",
	};

	if (facts->format)
		lg_buf_addf(out, "%s%s%s, ",
			facts->validity == SIGNATURE_UNKNOWN ? "" : facts->format,
			facts->validity == SIGNATURE_UNKNOWN ? "" : " ", facts->key);
	lg_buf_adds(out, words[facts->validity]);
	if (facts->err.status)
		lg_buf_addf(out, ": %s", facts->err.text);
}

static json_t *or_null(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

void *signature_facts_json(const char *name, const struct signature_facts *facts)
{
	json_t *valid = facts->validity == SIGNATURE_UNKNOWN
				? json_null()
				: json_boolean(facts->validity == SIGNATURE_VALID);

	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "name", name, "format",
		or_null(facts->format), "key", or_null(facts->key), "namespace",
		or_null(facts->name_space), "valid", valid, "problem",
		or_null(facts->err.status ? facts->err.text : NULL));
}
