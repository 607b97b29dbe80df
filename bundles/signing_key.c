/* SPDX-License-Identifier: MIT */
#include "bundles/signing_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

static void drop_secret(EVP_PKEY **slot)
{
	EVP_PKEY_free(*slot);
}

static void drop_bio(BIO **slot)
{
	(void)BIO_free(*slot);
}

static void drop_context(EVP_MD_CTX **slot)
{
	EVP_MD_CTX_free(*slot);
}

void signing_key_release(struct signing_key *key)
{
	EVP_PKEY_free(key->secret);
	key->secret = NULL;
}

static bool has(const char *pem, size_t len, const char *mark)
{
	return memmem(pem, len, mark, strlen(mark)) != NULL;
}

static enum lg_status refuse(const char *pem, size_t len, int type, struct lg_error *err)
{
	if (has(pem, len, "ENCRYPTED"))
		(void)lg_fail(err, LG_USAGE, "the signing key has a passphrase");
	else if (has(pem, len, "-----BEGIN OPENSSH PRIVATE KEY-----"))
		(void)lg_fail(err, LG_USAGE, "the signing key is one of OpenSSH's own form");
	else if (type != EVP_PKEY_NONE)
		(void)lg_fail(err, LG_USAGE, "the signing key is not an Ed25519 key");
	else
		return lg_hint(
			(lg_fail(err, LG_USAGE, "the signing key is no private key in PEM"), err),
			"make one with 'openssl genpkey -algorithm ed25519 -out FILE'");
	return lg_hint(err, "sign with the tool that it is of, such as 'ssh-keygen -Y sign -n "
			    "lockgate-bundle@v1', and add that with --attach; or make a key with "
			    "'openssl genpkey -algorithm ed25519'");
}

enum lg_status signing_key_parse(
	const char *pem, size_t len, struct signing_key *out, struct lg_error *err)
{
	LG_CLEANUP(drop_bio) BIO *bio = BIO_new_mem_buf(pem, (int)len);
	LG_CLEANUP(drop_secret) EVP_PKEY *secret = NULL;
	char no_passphrase[] = "";
	size_t size = sizeof(out->public);
	int type = EVP_PKEY_NONE;

	*out = (struct signing_key){0};
	/* Without one given, libcrypto would ask the terminal. */
	if (bio)
		secret = PEM_read_bio_PrivateKey(bio, NULL, NULL, no_passphrase);
	ERR_clear_error();
	if (secret)
		type = EVP_PKEY_get_id(secret);
	if (type != EVP_PKEY_ED25519 ||
		EVP_PKEY_get_raw_public_key(secret, out->public, &size) != 1)
		return refuse(pem, len, type, err);
	out->secret = LG_TAKE(secret);
	return LG_OK;
}

/* Into room of a fixed size: a text that grows would leave copies behind. */
static enum lg_status read_bytes(int fd, char *out, size_t *out_len, struct lg_error *err)
{
	if (lg_fd_read(fd, out, SIGNING_KEY_MAX_BYTES + 1, out_len, err))
		return err->status;
	if (*out_len > SIGNING_KEY_MAX_BYTES)
		return lg_fail(err, LG_USAGE, "more than %d bytes are no Ed25519 key",
			SIGNING_KEY_MAX_BYTES);
	return LG_OK;
}

enum lg_status signing_key_read(
	const char *path, struct signing_key *out, bool *out_is_exposed, struct lg_error *err)
{
	LG_CLEANUP(lg_fd_drop) int fd = -1;
	char pem[SIGNING_KEY_MAX_BYTES + 1];
	struct stat facts;
	size_t len = 0;
	enum lg_status status;

	*out = (struct signing_key){0};
	if (lg_file_open(path, &fd, err))
		return err->status;
	if (fstat(fd, &facts) != 0)
		return lg_fail_errno(err, "cannot look at '%s'", path);
	status = read_bytes(fd, pem, &len, err);
	if (status == LG_OK)
		status = signing_key_parse(pem, len, out, err);
	explicit_bzero(pem, sizeof(pem));
	if (status)
		return lg_wrap(err, "'%s'", path);
	*out_is_exposed = (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0;
	return LG_OK;
}

enum lg_status signing_key_sign(const struct signing_key *key, const void *bytes, size_t len,
	uint8_t out[ED25519_SIGNATURE_BYTES], struct lg_error *err)
{
	LG_CLEANUP(drop_context) EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t size = ED25519_SIGNATURE_BYTES;

	if (!context || EVP_DigestSignInit(context, NULL, NULL, NULL, key->secret) != 1 ||
		EVP_DigestSign(context, out, &size, bytes, len) != 1)
		return lg_fail(err, LG_INTERNAL, "libcrypto cannot sign");
	return LG_OK;
}
