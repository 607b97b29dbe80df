/* SPDX-License-Identifier: MIT */
#include "plugin/signed_source.h"

#include "base/file.h"
#include "gate/verdict.h"

enum lg_status signed_source_load(struct run *run, enum source_choice choice, struct lg_error *err)
{
	const struct trusting_options options = {
		.trusted_keys = choice == SOURCE_TO_SIGN ? NULL : run->options.trusted_keys,
		.signature = run->options.signature,
		.asks_machine = choice == SOURCE_OR_DEFAULT || choice == SOURCE_IF_NAMED,
		.may_lack_keys = choice == SOURCE_TO_PACK,
	};

	if (trusting_load(&run->trusting, &options, err))
		return err->status;
	for (size_t i = 0; i < run->trusting.trust.list_count; i++) {
		const struct trusted_keys *keys = run->trusting.trust.lists[i];

		for (size_t k = 0; k < keys->skip_count; k++)
			output_detail(&run->output, "skipped %s:%u: %s", keys->path,
				keys->skips[k].line, keys->skips[k].reason);
	}
	return LG_OK;
}

void signed_source_report(struct run *run, const struct lg_error *err)
{
	const enum signature_fault fault = run->source.bundle.signature_fault;
	struct ci_finding *finding;

	if (fault == SIGNATURE_FAULT_NONE)
		return;
	finding = lg_arena_alloc(&run->strings, sizeof(*finding));
	*finding = (struct ci_finding){
		.code = finding_code_name(
			fault == SIGNATURE_FAULT_UNSIGNED ? FINDING_UNSIGNED : FINDING_UNTRUSTED),
		.severity = finding_severity_name(FINDING_BLOCK),
		.message = lg_arena_add(&run->strings, err->text),
		.hint = lg_arena_add(&run->strings, err->hint),
	};
	run->report.findings = finding;
	run->report.finding_count = 1;
}

struct archive_options signed_source_options(
	const struct run *run, const char *path, enum source_choice choice)
{
	const struct trusting *trusting = &run->trusting;
	/* A folder that is to be packed is not signed yet. */
	const bool is_new =
		choice == SOURCE_TO_PACK && !trusting->signature.bytes && lg_is_directory(path);

	return (struct archive_options){
		.max_total_bytes = run->options.max_size,
		.trust = trusting->trust.list_count > 0 && !is_new ? &trusting->trust : NULL,
		.signature = trusting->signature.bytes ? &trusting->signature : NULL,
	};
}
