/* SPDX-License-Identifier: MIT */
#include <jansson.h>

#include "base/mem.h"
#include "plugin/commands.h"
#include "plugin/signature_facts.h"

static void print_document(const struct run *run, const char *path, const struct lg_digest *file)
{
	char hex[LG_DIGEST_CHARS + 1];
	json_t *document;

	lg_digest_format(file, hex);
	document = json_pack("{s:s, s:s, s:o, s:I}", "bundle_id", run->report_bundle.id, "file",
		path, "file_sha256", json_sprintf("sha256:%s", hex), "migrations",
		(json_int_t)run->source.bundle.count);
	(void)json_dumpf(document, stdout, JSON_INDENT(2));
	(void)fputc('\n', stdout);
	json_decref(document);
}

/* A signature from beside the source goes into the bundle, so it must be one of this manifest. */
static enum lg_status check_signature(const struct run *run, struct lg_error *err)
{
	struct signature_facts facts;

	if (!run->trusting.signature.bytes)
		return LG_OK;
	return signature_facts_demand(&run->source.bundle, &run->trusting.signature, &facts, err);
}

enum lg_status cmd_bundle(struct run *run, struct lg_error *err)
{
	const struct bundle *bundle = &run->source.bundle;
	const char *path = run->options.output;
	struct lg_digest file;

	if (run_limit_arguments(run, 1, err) || run_open_source(run, 0, SOURCE_TO_PACK, err) ||
		source_load(&run->source, err) || check_signature(run, err))
		return err->status;
	if (!path)
		path = lg_arena_addf(&run->strings, "%s.lockgate", bundle->project);
	if (archive_write(bundle, path, &file, err))
		return err->status;
	output_progress(&run->output, "packed %zu migration%s for %s into %s", bundle->count,
		bundle->count == 1 ? "" : "s", bundle_engine_name(bundle->engine), path);
	if (run->options.json)
		print_document(run, path, &file);
	else
		output_line(&run->output, TONE_PLAIN, "%s", run->report_bundle.id);
	return LG_OK;
}
