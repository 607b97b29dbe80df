/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_POSTGRES_SQL_H
#define LOCKGATE_GATE_POSTGRES_SQL_H

/*
 * The statements of gate/postgres/sql/, embedded at build; what each takes and gives is said there.
 */

extern const char postgres_sql_avoid_jit[];
extern const char postgres_sql_avoid_sort[];
extern const char postgres_sql_be_no_role_locally[];
extern const char postgres_sql_be_user_locally[];
extern const char postgres_sql_begin[];
extern const char postgres_sql_begin_read[];
extern const char postgres_sql_close_all[];
extern const char postgres_sql_commit[];
extern const char postgres_sql_create_batch[];
extern const char postgres_sql_create_event[];
extern const char postgres_sql_create_format[];
extern const char postgres_sql_create_migration[];
extern const char postgres_sql_create_object[];
extern const char postgres_sql_create_schema[];
extern const char postgres_sql_deallocate_all[];
extern const char postgres_sql_demand_lock[];
extern const char postgres_sql_demand_tables[];
extern const char postgres_sql_discard_plans[];
extern const char postgres_sql_discard_sequences[];
extern const char postgres_sql_discard_temp[];
extern const char postgres_sql_end_session[];
extern const char postgres_sql_fence[];
extern const char postgres_sql_find_batch[];
extern const char postgres_sql_find_foreign_owner[];
extern const char postgres_sql_find_holder[];
extern const char postgres_sql_find_layout[];
extern const char postgres_sql_find_leftover[];
extern const char postgres_sql_find_other_project[];
extern const char postgres_sql_find_relation[];
extern const char postgres_sql_find_schema[];
extern const char postgres_sql_find_unmanaged_table[];
extern const char postgres_sql_finish_batch[];
extern const char postgres_sql_forget_migration[];
extern const char postgres_sql_grant_schema[];
extern const char postgres_sql_grant_tables[];
extern const char postgres_sql_hold_tables[];
extern const char postgres_sql_identify[];
extern const char postgres_sql_insert_batch[];
extern const char postgres_sql_insert_event[];
extern const char postgres_sql_insert_format[];
extern const char postgres_sql_insert_migration[];
extern const char postgres_sql_journal[];
extern const char postgres_sql_judge_index[];
extern const char postgres_sql_mark_applied[];
extern const char postgres_sql_mark_reverted[];
extern const char postgres_sql_pin_client_check[];
extern const char postgres_sql_pin_idle_session[];
extern const char postgres_sql_pin_idle_transaction[];
extern const char postgres_sql_pin_lock_timeout[];
extern const char postgres_sql_pin_search_path[];
extern const char postgres_sql_pin_statement_timeout[];
extern const char postgres_sql_pin_strings[];
extern const char postgres_sql_pin_transaction[];
extern const char postgres_sql_poll_lock[];
extern const char postgres_sql_put_migration[];
extern const char postgres_sql_read_down[];
extern const char postgres_sql_read_format[];
extern const char postgres_sql_read_migrations[];
extern const char postgres_sql_read_only[];
extern const char postgres_sql_read_outcome[];
extern const char postgres_sql_remember_schemas[];
extern const char postgres_sql_reset_all[];
extern const char postgres_sql_reset_authorization[];
extern const char postgres_sql_reset_role[];
extern const char postgres_sql_revoke_schema[];
extern const char postgres_sql_rollback[];
extern const char postgres_sql_save_for_check[];
extern const char postgres_sql_see_all_rows[];
extern const char postgres_sql_set_limits[];
extern const char postgres_sql_set_migration[];
extern const char postgres_sql_set_name[];
extern const char postgres_sql_set_role[];
extern const char postgres_sql_start_revert[];
extern const char postgres_sql_summarize[];
extern const char postgres_sql_try_client_check[];
extern const char postgres_sql_undo_check[];
extern const char postgres_sql_unlisten_all[];
extern const char postgres_sql_unpin_search_path[];

#endif
