/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/limits.h"
#include "bundles/sshsig.h"
#include "plugin/commands.h"
#include "plugin/signature_facts.h"

static void drop_json(json_t **slot)
{
	json_decref(*slot);
}

/* The key */

static enum lg_status demand_key(const struct options *options, struct lg_error *err)
{
	static const char begin[] = "-----BEGIN";

	if (options->signing_key && options->signing_key_pem)
		return lg_fail(err, LG_USAGE,
			"both a file with a signing key and the key itself are given");
	if (!options->signing_key && !options->signing_key_pem)
		return lg_hint((lg_fail(err, LG_USAGE, "no signing key is named"), err),
			"say --signing-key FILE, or set LOCKGATE_SIGNING_KEY_PEM to the key "
			"itself; 'openssl genpkey -algorithm ed25519' makes one");
	/* A key in place of a path would stand in the message that there is no such file. */
	if (options->signing_key && strncmp(options->signing_key, begin, strlen(begin)) == 0)
		return lg_hint((lg_fail(err, LG_USAGE,
					"LOCKGATE_SIGNING_KEY holds a key, not the path of one"),
				       err),
			"set LOCKGATE_SIGNING_KEY_PEM to it");
	return LG_OK;
}

/*
 * The text is the environment's, or a copy of a file's, and nobody needs it a second time. strchr()
 * gives it back as what it is, one that may be written.
 */
static void wipe(const char *text)
{
	char *at = strchr(text, text[0]);

	if (at)
		explicit_bzero(at, strlen(at));
}

static enum lg_status parse_key(
	const struct run *run, struct signing_key *out, struct lg_error *err)
{
	const char *pem = run->options.signing_key_pem;
	const enum lg_status status = signing_key_parse(pem, strlen(pem), out, err);

	wipe(pem);
	return status ? lg_wrap(err, "LOCKGATE_SIGNING_KEY_PEM") : LG_OK;
}

static enum lg_status open_key(const struct run *run, struct signing_key *out, struct lg_error *err)
{
	const struct options *options = &run->options;
	bool is_exposed = false;

	if (demand_key(options, err))
		return err->status;
	if (options->signing_key_pem)
		return parse_key(run, out, err);
	if (signing_key_read(options->signing_key, out, &is_exposed, err)) {
		if (err->status == LG_IO)
			err->status = LG_USAGE;
		return lg_wrap(err, "signing key");
	}
	/* CI services and container secrets hand out files like this, so it is no error. */
	if (is_exposed)
		output_warning(&run->output,
			"the signing key '%s' can be read by others than its owner; 'chmod 600' "
			"ends that",
			options->signing_key);
	return LG_OK;
}

/* The line for --trusted-keys. What stands first is whom people will read to have signed. */
static enum lg_status show_public(const struct run *run, struct lg_error *err)
{
	LG_CLEANUP(signing_key_release) struct signing_key key = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf line;
	LG_CLEANUP(lg_buf_release) struct lg_buf name;
	LG_CLEANUP(drop_json) json_t *document = NULL;

	lg_buf_init(&line, LG_BUF_MAX_BYTES);
	lg_buf_init(&name, LG_BUF_MAX_BYTES);
	if (run_limit_arguments(run, 0, err) || open_key(run, &key, err))
		return err->status;
	lg_buf_adds(&line, "signer namespaces=\"" SIGNATURE_NAMESPACE "\" ");
	sshsig_add_public_key(key.public, &line);
	sshsig_add_fingerprint(key.public, &name);
	output_line(&run->output, TONE_PLAIN, "%s", line.text);
	if (!run->options.json)
		return LG_OK;
	document = json_pack("{s:s, s:s}", "line", line.text, "key", name.text);
	(void)json_dumpf(document, stdout, JSON_INDENT(2));
	(void)fputc('\n', stdout);
	return LG_OK;
}

/* The bundle */

static enum lg_status make_signature(
	struct run *run, struct bundle_signature *out, struct lg_error *err)
{
	LG_CLEANUP(signing_key_release) struct signing_key key = {0};
	LG_CLEANUP(lg_buf_release) struct lg_buf text;
	const struct lg_buf *manifest = &run->source.bundle.manifest;
	char name[SIGNATURE_NAME_CHARS + 1];
	struct signature signature;

	lg_buf_init(&text, BUNDLE_MAX_SIGNATURE_BYTES);
	if (open_key(run, &key, err) ||
		sshsig_write(&key, manifest->text, manifest->len, &text, err) ||
		signature_parse(text.text, text.len, &signature, err))
		return err->status;
	signature_name(&signature, name);
	*out = (struct bundle_signature){
		.name = lg_arena_add(&run->strings, name),
		.bytes = lg_arena_addn(&run->strings, text.text, text.len),
		.len = text.len,
	};
	return LG_OK;
}

static enum lg_status take_signature(
	struct run *run, struct bundle_signature *out, struct lg_error *err)
{
	if (!run->options.attach)
		return make_signature(run, out, err);
	if (run->options.signing_key || run->options.signing_key_pem)
		return lg_fail(err, LG_USAGE, "--attach and a signing key exclude each other");
	return trusting_read_signature(run->options.attach, &run->strings, out, err);
}

static void show(const struct run *run, const struct bundle_signature *entry,
	const struct signature_facts *facts, const struct lg_digest *file)
{
	LG_CLEANUP(drop_json) json_t *document = NULL;
	char hex[LG_DIGEST_CHARS + 1];

	lg_digest_format(file, hex);
	if (facts->validity == SIGNATURE_UNKNOWN)
		output_progress(&run->output,
			"note: a signature of minisign does not hold its key, so it was not "
			"checked; 'lockgate verify --no-db --trusted-keys FILE' does");
	output_progress(&run->output, "signed %s with %s", run->source.path, facts->key);
	output_line(&run->output, TONE_PLAIN, "%s", run->report_bundle.id);
	if (!run->options.json)
		return;
	document = json_pack("{s:s, s:s, s:o, s:o}", "bundle_id", run->report_bundle.id, "file",
		run->source.path, "file_sha256", json_sprintf("sha256:%s", hex), "signature",
		signature_facts_json(entry->name, facts));
	(void)json_dumpf(document, stdout, JSON_INDENT(2));
	(void)fputc('\n', stdout);
}

static enum lg_status demand_bundle(const struct run *run, struct lg_error *err)
{
	if (run->options.positional_count == 0)
		return lg_hint((lg_fail(err, LG_USAGE, "sign needs a BUNDLE"), err),
			"'lockgate bundle' makes one");
	if (lg_is_directory(run->options.positional[0]))
		return lg_hint((lg_fail(err, LG_USAGE, "'%s' is a folder, which holds no signature",
					run->options.positional[0]),
				       err),
			"pack it with 'lockgate bundle' and sign the bundle, or keep a signature "
			"beside it for --signature");
	return run_limit_arguments(run, 1, err);
}

enum lg_status cmd_sign(struct run *run, struct lg_error *err)
{
	struct bundle *bundle = &run->source.bundle;
	struct bundle_signature entry = {0};
	struct signature_facts facts;
	struct lg_digest file;

	if (run->options.show_public)
		return show_public(run, err);
	if (demand_bundle(run, err) || run_open_source(run, 0, SOURCE_TO_SIGN, err) ||
		source_load(&run->source, err) || take_signature(run, &entry, err) ||
		signature_facts_demand(bundle, &entry, &facts, err) ||
		bundle_add_signature(bundle, &entry, err) ||
		archive_write(bundle, run->source.path, &file, err))
		return err->status;
	show(run, &entry, &facts, &file);
	return LG_OK;
}
