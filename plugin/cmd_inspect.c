/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdio.h>

#include "plugin/commands.h"
#include "plugin/signature_facts.h"

/* "sha256:" and the digest. */
static json_t *digest(const struct lg_digest *value)
{
	char hex[LG_DIGEST_CHARS + 1];

	lg_digest_format(value, hex);
	return json_sprintf("sha256:%s", hex);
}

static json_t *migration(const struct migration *item)
{
	json_t *phase = item->up.directives.phase
				? json_string(migration_phase_name(item->up.directives.phase))
				: json_null();
	json_t *down =
		migration_has(&item->down) ? digest(&item->down.hashes.content) : json_null();

	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:b, s:o, s:o, s:o, s:o, s:o}", "kind",
		migration_kind_name(item->kind), "version", item->version, "name", item->name,
		"file", item->up.file, "size", (json_int_t)item->up.size, "transaction",
		item->up.directives.is_transactional, "phase", phase, "raw",
		digest(&item->up.hashes.raw), "content", digest(&item->up.hashes.content), "tokens",
		digest(&item->up.hashes.tokens), "down", down);
}

static void print_document(const struct run *run)
{
	const struct bundle *bundle = &run->source.bundle;
	json_t *migrations = json_array();
	json_t *signatures = json_array();
	json_t *document;

	for (size_t i = 0; i < bundle->count; i++)
		(void)json_array_append_new(migrations, migration(&bundle->migrations[i]));
	for (size_t i = 0; i < bundle->signature_count; i++) {
		struct signature_facts facts;

		signature_facts_take(bundle, &bundle->signatures[i], &facts);
		(void)json_array_append_new(
			signatures, signature_facts_json(bundle->signatures[i].name, &facts));
	}
	document = json_pack("{s:s, s:s, s:s, s:o, s:o, s:s?}", "bundle_id", run->report_bundle.id,
		"project", bundle->project, "engine", bundle_engine_name(bundle->engine),
		"migrations", migrations, "signatures", signatures, "signed_by", bundle->signed_by);
	(void)json_dumpf(document, stdout, JSON_INDENT(2));
	(void)fputc('\n', stdout);
	json_decref(document);
}

static void print_signatures(const struct run *run)
{
	const struct bundle *bundle = &run->source.bundle;

	for (size_t i = 0; i < bundle->signature_count; i++) {
		LG_CLEANUP(lg_buf_release) struct lg_buf text;
		struct signature_facts facts;

		lg_buf_init(&text, LG_BUF_MAX_BYTES);
		signature_facts_take(bundle, &bundle->signatures[i], &facts);
		signature_facts_describe(&facts, &text);
		output_line(&run->output, TONE_PLAIN, "signature %s (%s)",
			bundle->signatures[i].name, text.text);
	}
	if (bundle->signed_by)
		output_line(&run->output, TONE_GOOD, "signed by %s", bundle->signed_by);
}

static void print_text(const struct run *run)
{
	const struct bundle *bundle = &run->source.bundle;
	const struct output *output = &run->output;

	output_line(output, TONE_PLAIN, "bundle    %s", run->report_bundle.id);
	output_line(output, TONE_PLAIN, "project   %s", bundle->project);
	output_line(output, TONE_PLAIN, "engine    %s", bundle_engine_name(bundle->engine));
	print_signatures(run);
	for (size_t i = 0; i < bundle->count; i++) {
		const struct migration *item = &bundle->migrations[i];

		output_line(output, TONE_PLAIN,
			"%-10s %s %s (%s, %llu bytes, %u statement%s%s%s%s)",
			migration_kind_name(item->kind), item->version, item->name, item->up.file,
			(unsigned long long)item->up.size, item->up.statements,
			item->up.statements == 1 ? "" : "s",
			item->up.directives.is_transactional ? "" : ", outside a transaction",
			migration_has(&item->down) ? ", has down" : "",
			migration_has(&item->check) ? ", has check" : "");
	}
}

enum lg_status cmd_inspect(struct run *run, struct lg_error *err)
{
	const struct lg_buf *manifest = &run->source.bundle.manifest;

	if (run->options.positional_count == 0)
		return lg_fail(err, LG_USAGE, "inspect needs a BUNDLE");
	if (run->options.manifest && run->options.json)
		return lg_fail(err, LG_USAGE, "--manifest and --json exclude each other");
	if (run_limit_arguments(run, 1, err) || run_open_source(run, 0, SOURCE_TO_PACK, err) ||
		source_load(&run->source, err))
		return err->status;
	if (run->options.manifest)
		output_bytes(&run->output, manifest->text, manifest->len);
	else if (run->options.json)
		print_document(run);
	else
		print_text(run);
	return LG_OK;
}
