/* SPDX-License-Identifier: MIT */
#include "bundles/signature.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "bundles/minisign.h"
#include "bundles/sshsig.h"

const char *signature_format_name(enum signature_format format)
{
	return format == SIGNATURE_SSH ? "ssh" : "minisign";
}

static bool begins_with(const char *text, size_t len, const char *mark)
{
	return len >= strlen(mark) && memcmp(text, mark, strlen(mark)) == 0;
}

enum lg_status signature_parse(
	const char *text, size_t len, struct signature *out, struct lg_error *err)
{
	if (begins_with(text, len, SSHSIG_BEGIN))
		return sshsig_parse(text, len, out, err);
	if (begins_with(text, len, MINISIGN_BEGIN))
		return minisign_parse(text, len, out, err);
	return lg_fail(err, LG_FORMAT, "it is neither a signature of ssh-keygen nor of minisign");
}

bool signature_is_of(const struct signature *signature, const struct signature_key *key)
{
	if (signature->key.format != key->format)
		return false;
	if (key->format == SIGNATURE_MINISIGN)
		return memcmp(signature->key.number, key->number, sizeof(key->number)) == 0;
	return memcmp(signature->key.bytes, key->bytes, sizeof(key->bytes)) == 0;
}

bool signature_fits(const struct signature *signature, const struct signature_key *key,
	const void *bytes, size_t len)
{
	if (!signature_is_of(signature, key))
		return false;
	if (key->format == SIGNATURE_MINISIGN)
		return minisign_fits(signature, key, bytes, len);
	return strcmp(signature->name_space, SIGNATURE_NAMESPACE) == 0 &&
	       sshsig_fits(signature, key, bytes, len);
}

enum signature_validity signature_validity(
	const struct signature *signature, const void *bytes, size_t len)
{
	if (signature->key.format == SIGNATURE_MINISIGN)
		return SIGNATURE_UNKNOWN;
	return signature_fits(signature, &signature->key, bytes, len) ? SIGNATURE_VALID
								      : SIGNATURE_INVALID;
}

enum lg_status signature_check(
	const struct signature *signature, const void *bytes, size_t len, struct lg_error *err)
{
	if (signature_validity(signature, bytes, len) != SIGNATURE_INVALID)
		return LG_OK;
	if (strcmp(signature->name_space, SIGNATURE_NAMESPACE) != 0)
		return lg_hint((lg_fail(err, LG_FORMAT, "its namespace is '%s', not '%s'",
					signature->name_space, SIGNATURE_NAMESPACE),
				       err),
			"sign with 'ssh-keygen -Y sign -n %s'", SIGNATURE_NAMESPACE);
	(void)lg_fail(err, LG_FORMAT, "it does not fit this manifest by its own key");
	return lg_hint(err, "sign what 'lockgate inspect BUNDLE --manifest' prints, every byte");
}

/* minisign's number is written as one of 64 bits whose least significant byte comes first. */
static void format_number(
	const uint8_t number[SIGNATURE_NUMBER_BYTES], const char *letters, char *out)
{
	for (size_t i = 0; i < SIGNATURE_NUMBER_BYTES; i++) {
		const uint8_t byte = number[SIGNATURE_NUMBER_BYTES - 1 - i];

		*out++ = letters[byte >> 4];
		*out++ = letters[byte & 15];
	}
	*out = '\0';
}

void signature_key_format(const struct signature_key *key, char out[SIGNATURE_KEY_CHARS + 1])
{
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	char number[2 * SIGNATURE_NUMBER_BYTES + 1];

	lg_buf_init(&text, SIGNATURE_KEY_CHARS + 1);
	if (key->format == SIGNATURE_MINISIGN) {
		format_number(key->number, "0123456789ABCDEF", number);
		/* minisign's messages leave out zeros in front. */
		lg_buf_addf(&text, "minisign %s", number + strspn(number, "0"));
	} else {
		sshsig_add_fingerprint(key->bytes, &text);
	}
	(void)snprintf(out, SIGNATURE_KEY_CHARS + 1, "%s", text.text);
}

void signature_name(const struct signature *signature, char out[SIGNATURE_NAME_CHARS + 1])
{
	const struct signature_key *key = &signature->key;
	char number[2 * SIGNATURE_NUMBER_BYTES + 1];
	struct lg_digest digest;

	if (key->format == SIGNATURE_MINISIGN) {
		format_number(key->number, "0123456789abcdef", number);
	} else {
		digest = lg_digest_of(key->bytes, sizeof(key->bytes));
		format_number(digest.bytes, "0123456789abcdef", number);
	}
	(void)snprintf(out, SIGNATURE_NAME_CHARS + 1, "signature.%s-%s",
		signature_format_name(key->format), number);
}
