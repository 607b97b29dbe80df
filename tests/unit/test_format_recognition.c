/* SPDX-License-Identifier: MIT */
#include "bundles/formats/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "bundles/formats/atlas.h"
#include "bundles/formats/dbmate.h"
#include "bundles/formats/diesel.h"
#include "bundles/formats/flyway.h"
#include "bundles/formats/golang_migrate.h"
#include "bundles/formats/goose.h"
#include "bundles/formats/liquibase.h"
#include "bundles/formats/node_pg_migrate.h"
#include "bundles/formats/prisma.h"
#include "bundles/formats/sqitch.h"
#include "bundles/formats/sqlx.h"
#include "tests/support/tree.h"

static const struct folder_format *const formats[] = {
	&atlas_format,
	&dbmate_format,
	&diesel_format,
	&flyway_format,
	&golang_migrate_format,
	&goose_format,
	&liquibase_format,
	&node_pg_migrate_format,
	&prisma_format,
	&sqitch_format,
	&sqlx_format,
};

/* A typical folder, and the one format that shall claim it; NULL: it stays lockgate's own. */
static const struct typical {
	const char *format;
	struct {
		const char *name, *text;
	} files[3];
} typical[] = {
	{"atlas", {{"20260105093000_a.sql", "SELECT 1;\n"}, {"atlas.sum", "h1:\n"}}},
	{"dbmate", {{"20260105093000_a.sql",
			   "-- migrate:up transaction:false\nSELECT 1;\n-- migrate:down\n"}}},
	{"diesel", {{"2026-01-05-093000_a/up.sql", "SELECT 1;\n"},
			   {"2026-01-05-093000_a/down.sql", "SELECT 1;\n"}, {".keep", ""}}},
	{"flyway",
		{{"V1__a.sql", "SELECT 1;\n"}, {"R__b.sql", "SELECT 1;\n"}, {"flyway.conf", ""}}},
	{"flyway", {{"common/V1__a.sql", "SELECT 1;\n"}, {"postgresql/V2__b.sql", "SELECT 1;\n"}}},
	{"golang-migrate",
		{{"000001_a.b.up.sql", "SELECT 1;\n"}, {"000001_a.b.down.sql", "SELECT 1;\n"}}},
	{"goose", {{"00001_a.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 1;\n"},
			  {"00002_b.go", ""}}},
	{"liquibase", {{"001-a.sql", "--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n"}}},
	{"liquibase", {{"main.xml", "<databaseChangeLog>"}, {"v1/a.sql", "SELECT 1;\n"}}},
	{"node-pg-migrate", {{"1767605400000_a.sql", "-- Up Migration\nSELECT 1;\n"
						     "-- Down Migration\nSELECT 1;\n"}}},
	{"prisma", {{"20260105093000_a/migration.sql", "SELECT 1;\n"},
			   {"migration_lock.toml", "provider = \"postgresql\"\n"}}},
	{"sqitch", {{"sqitch.plan", "%project=a\n"}, {"sqitch.conf", "[core]\n"},
			   {"deploy/a.sql", "BEGIN;\nCOMMIT;\n"}}},
	{"sqlx", {{"20260105093000_a.sql", "SELECT 1;\n"},
			 {"20260105093001_b.sql", "-- no-transaction\nSELECT 1;\n"}}},
	{NULL, {{"1_a.up.sql", "SELECT 1;\n"}, {"1_a.down.sql", "SELECT 1;\n"}}},
	{NULL, {{"1_a.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\n"}}},
	{NULL, {{"1_a.sql", "SELECT '\n-- +goose Up\n', '\n-- migrate:up x:y\n';\n"}}},
	{NULL, {{"1_a b.up.sql", "SELECT 1;\n"}, {"views.repeat.sql", "SELECT 1;\n"}}},
	{NULL, {{"1_a.sql", "SELECT 1;\n"}, {"migration_lock.toml", ""}, {"2_b/up.sql", ""}}},
	{NULL, {{"1_a.up.sql", "-- Up Migration\nSELECT 1;\n"},
		       {"1_a.down.sql", "-- Down Migration\nSELECT 1;\n"}}},
	{NULL, {{"1_V1__a.sql", "-- Up migration of a: --liquibase formatted sql\n"},
		       {"changelog.xml", "<databaseChangeLog>"}, {"old/V1__a.sql", ""}}},
	{NULL, {{"seeds/1_a.sql", "SELECT 1;\n"}}},
	{NULL, {{"README.md", "-- +goose Up\n"}}},
};

static void write_files(const struct tree *tree, const struct typical *folder)
{
	for (size_t i = 0; i < LG_COUNT_OF(folder->files) && folder->files[i].name; i++)
		tree_write(tree, folder->files[i].name, folder->files[i].text);
}

static void is_claimed_by_one(const struct typical *folder)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(folder_list_release) struct folder_list list = {.fd = -1};
	LG_CLEANUP(folder_reader_release) struct folder_reader reader = {.fd = -1};
	LG_CLEANUP(bundle_release) struct bundle bundle;
	struct lg_error err = {0};

	bundle_init(&bundle);
	reader.bundle = &bundle;
	write_files(&tree, folder);
	assert_int_equal(folder_reader_open(&reader, tree.path, &err), LG_OK);
	assert_int_equal(folder_list_open(&list, &reader, NULL, &err), LG_OK);
	for (size_t i = 0; i < LG_COUNT_OF(formats); i++) {
		bool shall = folder->format && strcmp(folder->format, formats[i]->name) == 0;

		if (formats[i]->recognises(&reader, &list) != shall)
			fail_msg("%s %s '%s'", formats[i]->name,
				shall ? "does not claim" : "claims", folder->files[0].name);
	}
}

static void typical_folders_are_claimed_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < LG_COUNT_OF(typical); i++)
		is_claimed_by_one(&typical[i]);
}

/* A marker may be younger than the folder: both ends of the list are looked at. */
static void late_markers_are_seen(void **state)
{
	LG_CLEANUP(tree_drop) struct tree tree = tree_new();
	LG_CLEANUP(folder_list_release) struct folder_list list = {.fd = -1};
	LG_CLEANUP(folder_reader_release) struct folder_reader reader = {.fd = -1};
	LG_CLEANUP(bundle_release) struct bundle bundle;
	struct lg_error err = {0};

	(void)state;
	bundle_init(&bundle);
	reader.bundle = &bundle;
	for (int i = 100; i < 120; i++) {
		LG_FREE_BY_SCOPE char *name = lg_format("%d_a.sql", i);

		tree_write(&tree, name, i == 119 ? "-- no-transaction\n" : "SELECT 1;\n");
	}
	assert_int_equal(folder_reader_open(&reader, tree.path, &err), LG_OK);
	assert_int_equal(folder_list_open(&list, &reader, NULL, &err), LG_OK);
	assert_true(sqlx_format.recognises(&reader, &list));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typical_folders_are_claimed_once),
		cmocka_unit_test(late_markers_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
