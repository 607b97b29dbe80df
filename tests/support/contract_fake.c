/* SPDX-License-Identifier: MIT */
#include "tests/support/contract_subject.h"

#include <unistd.h>

#include "tests/support/fake_target.h"

static void *create(void)
{
	return fake_database_new("contract");
}

static void destroy(void *database)
{
	fake_database_free(database);
}

static const char *url(const void *database)
{
	(void)database;
	return "fake:contract";
}

static bool exists(const void *database)
{
	return ((const struct fake_database *)database)->exists;
}

static bool has_table(const void *database, const char *name)
{
	return fake_has_table(database, name);
}

static void make_foreign(void *database, const char *table, const char *const *names)
{
	fake_make_foreign(database, table, names);
}

static size_t count_events(const void *database, const char *what)
{
	return fake_count_events(database, what);
}

static int64_t holder_pid(const void *database)
{
	(void)database;
	return getpid();
}

const struct contract_subject subject_fake = {
	.name = "fake",
	.driver = &target_fake,
	.dialect = SQL_SQLITE,
	.tricky_script = "INSERT INTO users VALUES ('a;b'); CREATE TABLE tricky (id INT);",
	.create = create,
	.destroy = destroy,
	.url = url,
	.exists = exists,
	.has_table = has_table,
	.make_foreign = make_foreign,
	.count_events = count_events,
	.holder_pid = holder_pid,
};
