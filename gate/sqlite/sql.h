/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_SQLITE_SQL_H
#define LOCKGATE_GATE_SQLITE_SQL_H

/* The statements of gate/sqlite/sql/, embedded at build; what each takes and gives is said there.
 */

extern const char sqlite_sql_begin_read[];
extern const char sqlite_sql_begin_write[];
extern const char sqlite_sql_check_foreign_keys[];
extern const char sqlite_sql_commit[];
extern const char sqlite_sql_create_batch[];
extern const char sqlite_sql_create_event[];
extern const char sqlite_sql_create_format[];
extern const char sqlite_sql_create_migration[];
extern const char sqlite_sql_create_object[];
extern const char sqlite_sql_drop_object[];
extern const char sqlite_sql_find_batch[];
extern const char sqlite_sql_find_foreign_tables[];
extern const char sqlite_sql_find_last_run[];
extern const char sqlite_sql_find_layout[];
extern const char sqlite_sql_find_migration[];
extern const char sqlite_sql_find_other_project[];
extern const char sqlite_sql_find_step[];
extern const char sqlite_sql_find_stolen_name[];
extern const char sqlite_sql_find_unmanaged_table[];
extern const char sqlite_sql_finish_batch[];
extern const char sqlite_sql_foreign_add_dbmate[];
extern const char sqlite_sql_foreign_add_diesel[];
extern const char sqlite_sql_foreign_add_flyway[];
extern const char sqlite_sql_foreign_add_golang_migrate[];
extern const char sqlite_sql_foreign_add_goose[];
extern const char sqlite_sql_foreign_add_knex[];
extern const char sqlite_sql_foreign_add_prisma[];
extern const char sqlite_sql_foreign_add_sequelize[];
extern const char sqlite_sql_foreign_add_sequelize_dated[];
extern const char sqlite_sql_foreign_add_sqlx[];
extern const char sqlite_sql_foreign_lock_knex[];
extern const char sqlite_sql_foreign_lock_liquibase[];
extern const char sqlite_sql_foreign_read_atlas[];
extern const char sqlite_sql_foreign_read_dbmate[];
extern const char sqlite_sql_foreign_read_diesel[];
extern const char sqlite_sql_foreign_read_flyway[];
extern const char sqlite_sql_foreign_read_golang_migrate[];
extern const char sqlite_sql_foreign_read_goose[];
extern const char sqlite_sql_foreign_read_knex[];
extern const char sqlite_sql_foreign_read_liquibase[];
extern const char sqlite_sql_foreign_read_prisma[];
extern const char sqlite_sql_foreign_read_sequelize[];
extern const char sqlite_sql_foreign_read_sqlx[];
extern const char sqlite_sql_foreign_remove_dbmate[];
extern const char sqlite_sql_foreign_remove_diesel[];
extern const char sqlite_sql_foreign_remove_flyway[];
extern const char sqlite_sql_foreign_remove_golang_migrate[];
extern const char sqlite_sql_foreign_remove_goose[];
extern const char sqlite_sql_foreign_remove_knex[];
extern const char sqlite_sql_foreign_remove_prisma[];
extern const char sqlite_sql_foreign_remove_sequelize[];
extern const char sqlite_sql_foreign_remove_sqlx[];
extern const char sqlite_sql_forget_migration[];
extern const char sqlite_sql_insert_batch[];
extern const char sqlite_sql_insert_event[];
extern const char sqlite_sql_insert_format[];
extern const char sqlite_sql_journal[];
extern const char sqlite_sql_put_migration[];
extern const char sqlite_sql_put_object[];
extern const char sqlite_sql_read_columns[];
extern const char sqlite_sql_read_down[];
extern const char sqlite_sql_read_format[];
extern const char sqlite_sql_read_migrations[];
extern const char sqlite_sql_read_objects[];
extern const char sqlite_sql_read_schema[];
extern const char sqlite_sql_rollback[];
extern const char sqlite_sql_set_migration[];
extern const char sqlite_sql_summarize[];

#endif
