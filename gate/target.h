/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_GATE_TARGET_H
#define LOCKGATE_GATE_TARGET_H

/*
 * The seam to a database: one `const struct target_driver` for each kind, one `struct target` for
 * each session. The session is the target: it reads, holds the lock, runs and records, and closing
 * it frees the lock; there is no unlock.
 *
 * Every operation is required; none logs, prints or exits. Where nothing else is said, errors are
 * LG_DATABASE (with `sqlstate` where the database gave one) and LG_CANCELLED (`stop` was raised).
 * tests/contract/ runs each promise below against every driver and the fake.
 */

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"
#include "bundles/bundle.h"
#include "gate/foreign.h"
#include "gate/foreign_record.h"
#include "gate/history.h"
#include "gate/schema.h"
#include "gate/schema_compare.h"
#include "gate/summary.h"
#include "gate/trace.h"

struct target;

/* Who holds the lock; texts are "" when unknown. */
struct target_holder {
	bool is_held;
	int64_t pid;
	char user[64];
	char application[128];
	char host[128];
	char since[LG_MOMENT_CHARS + 1]; /* RFC 3339 */
	char migration[256];             /* the version under way, "" between two */
};

/* A message of the database that goes with a statement: a foreign text. */
struct target_notice {
	bool is_warning; /* otherwise it merely informs */
	const char *sqlstate;
	const char *text;
};

/* What a session tells while it works; called on its own thread, often. Every one may be NULL. */
struct target_listener {
	/* Somebody else holds the lock; once, and again when the holder's words change. */
	void (*waiting)(void *context, const struct target_holder *holder);

	/*
	 * Statement `index` of `total` begins; of those that go to the database in one message, all
	 * are told when it is sent.
	 */
	void (*statement)(void *context, uint32_t index, uint32_t total);

	/* What was told is on its way: from now on the database is at it. */
	void (*sent)(void *context);

	/* The database says something that is no error; see struct target_notice. */
	void (*notice)(void *context, const struct target_notice *notice);

	/* There is no session yet; it is tried again for as long as the options say. */
	void (*unreachable)(void *context, const char *why);

	/* Something a human should mend, such as a connection without TLS; once a session. */
	void (*advice)(void *context, const char *text);

	/* A step has met a passing obstacle: try `number` of `total` follows after `pause_ms`. */
	void (*retrying)(
		void *context, uint32_t number, uint32_t total, int64_t pause_ms, const char *why);
	void *context;
};

struct target_options {
	const char *url;
	const char *project;
	const char *scope;
	bool is_read_only;       /* creates and changes nothing, so it needs no right but to read */
	int64_t lock_timeout_ms; /* of one statement for a lock of the database; 0: none */
	int64_t statement_timeout_ms; /* 0: none */
	int64_t wait_ms;              /* how long open() waits for a database that is not up yet */
	bool creates_missing;         /* open() makes a database that its server does not have */
	const char *role; /* that scripts run as, unless they name one; NULL: the user's own */
	const volatile sig_atomic_t
		*stop; /* not 0: end what is under way, fail with LG_CANCELLED */
	const struct target_listener *listener;
};

/* What is known of the database behind a session; texts are borrowed from the target. */
struct target_facts {
	enum sql_dialect engine;
	const char *database; /* its name, for people; never the URL */
	const char *server_version;
	bool is_absent; /* there is no database yet; it counts as empty until init() makes it */

	/* Equal for equal databases, however the URL is spelled; certain once probe() has run. */
	const char *identity;

	/* The quickest answer so far, in microseconds; 0: the database is in this process. */
	int64_t round_trip_us;
};

/* One run that writes. Times are microseconds since 1970; texts may be NULL where unknown. */
struct target_batch {
	const char *id;     /* ULID */
	const char *action; /* "apply", "revert", "adopt", "resolve", "lock", "drift" */
	const char *bundle_id;
	const char *signed_by;
	const char *policy;
	const char *reason;
	const char *tool; /* "lockgate 0.1.0" */
	const char *source;
	const char *run_url;
	const char *actor;
	const char *host;
	int64_t started_at_us;
};

/* A script about to run. */
struct target_script {
	struct body_view *view; /* borrowed; its pages may be given back */
	const char *file;       /* for places in errors */
	uint32_t first_line;    /* the line of `file` on which the script begins */
	const struct directives *directives;
	const struct script_hashes *hashes;
	uint32_t statements;
};

/*
 * Turns a place in the script into one of its file: further down where the script begins further
 * down, and where it was compiled, the line that the statement came from, without a column.
 */
void target_script_place(const struct target_script *script, uint32_t *line, uint32_t *column);

struct target_apply {
	enum migration_kind kind;
	const char *version;
	const char *name;
	uint64_t position;
	const char *batch_id;
	bool is_resumed;          /* a running row stands in the history */
	uint32_t statements_done; /* where it stands */
	bool is_repeated;         /* an applied row is replaced */
	struct target_script up;
	const struct target_script *check; /* NULL: none */
	const char *down_sql;              /* what to store, `down_len` bytes; NULL: none */
	size_t down_len;
	struct lg_digest down_content;
	const struct foreign_record *record; /* to write along; NULL: none */

	/* Several in one transaction; neither is said of one that runs in its own. */
	bool joins;       /* the transaction that the step before has left open */
	bool leaves_open; /* for the step that comes next */

	int64_t duration_us; /* out: as recorded */
};

struct target_revert {
	const struct history_row *row;
	const char *batch_id;
	struct target_script down;
	const struct foreign_record *record; /* to write along; NULL: none */
};

/*
 * The row that a step is recorded as: all that is known before it runs. State, times and duration
 * are the driver's to add. Texts are borrowed from the step.
 */
struct history_row target_apply_row(const struct target_apply *step);
struct history_row target_revert_row(const struct target_revert *step);

/* A row that is written by decision, without running anything. */
enum target_change_kind {
	TARGET_ROW_ADD, /* as applied; fails if it stands there */
	TARGET_ROW_SET, /* replaces state, hashes, statements_done, batch of a row that stands there
			 */
	TARGET_ROW_FORGET, /* removes it */
};

struct target_change {
	enum target_change_kind kind;
	const struct history_row *row;
	const char *down_sql; /* of TARGET_ROW_ADD; NULL: none */
	size_t down_len;
	const char *event;  /* "adopted", "resolved", … */
	const char *detail; /* one line; may be NULL */
};

struct target_driver {
	const char *name; /* also the engine's: "sqlite" */

	/* The statements that create the history, for people to read or run; ends with NULL. */
	const char *const *layout;

	/* True if `url` names a database of this kind. Does not touch it. */
	bool (*accepts)(const char *url);

	/*
	 * Starts a session; it creates nothing before init(). On LG_OK the caller owns *out and
	 * ends it with close(). Errors besides: LG_USAGE (the URL is malformed).
	 */
	enum lg_status (*open)(
		const struct target_options *options, struct target **out, struct lg_error *err);

	/* Borrowed from the target; cannot fail. */
	const struct target_facts *(*facts)(const struct target *target);

	/* The fast path. An absent history is a summary with layout_version 0. */
	enum lg_status (*probe)(
		struct target *target, struct history_summary *out, struct lg_error *err);

	/* Fills `out`, from history_init(), and sorts it. An absent history is empty. */
	enum lg_status (*read_history)(
		struct target *target, struct history *out, struct lg_error *err);

	/* Adds the stored down script of a row to `out`. Errors besides: LG_FORMAT (none stored).
	 */
	enum lg_status (*read_down)(struct target *target, enum migration_kind kind,
		const char *version, struct lg_buf *out, struct lg_error *err);

	/*
	 * Reads the history table of another tool into `out`, from foreign_init(); `table` where it
	 * was renamed, else NULL. Errors besides: LG_USAGE (there is no such table).
	 */
	enum lg_status (*read_foreign)(struct target *target, const char *table,
		struct foreign_history *out, struct lg_error *err);

	/*
	 * Takes the exclusive lock of this project and scope for the session, polling for at most
	 * `wait_ms`. Errors besides: LG_LOCKED (the holder is named).
	 */
	enum lg_status (*lock)(struct target *target, int64_t wait_ms, struct lg_error *err);

	/* Who holds the lock now; needs no lock. */
	enum lg_status (*holder)(
		struct target *target, struct target_holder *out, struct lg_error *err);

	/*
	 * Ends the session that holds the lock and waits until the lock is free, at most `wait_ms`.
	 * *out tells whose it was. Errors besides: LG_LOCKED (it would not end).
	 */
	enum lg_status (*break_lock)(struct target *target, int64_t wait_ms,
		struct target_holder *out, struct lg_error *err);

	/* Creates the history, or brings an older layout up to date. The lock must be held. */
	enum lg_status (*init)(struct target *target, struct lg_error *err);

	/* Lets `role` read the history. It must exist. Errors besides: LG_USAGE (no roles here). */
	enum lg_status (*grant_reader)(
		struct target *target, const char *role, struct lg_error *err);

	/* Records that a run begins. The lock must be held and the history exist. */
	enum lg_status (*begin_batch)(
		struct target *target, const struct target_batch *batch, struct lg_error *err);

	/*
	 * Runs one migration and its check, and records it: both or neither, unless it is marked
	 * `transaction=off`, which is journaled statement by statement. Another tool's record is
	 * written in the transaction that records it. The lock must be held.
	 *
	 * Of `count` steps, at least one, the first is run; the others, which are neither journaled
	 * nor checked, go along where one message takes them, each still in a transaction of its
	 * own. *out_done is how many are recorded, in order, also after an error, which is of the
	 * step behind them. Of steps that share a transaction each comes alone; an error of one
	 * undoes them all, and what is recorded counts once the last has ended well.
	 *
	 * Errors besides: LG_FAILED (place of the statement in `err`; the event is recorded),
	 * LG_LOCKED (another run is at it, or has done it, which the lock could not keep out:
	 * nothing has happened, and the history is to be read again).
	 */
	enum lg_status (*apply)(struct target *target, struct target_apply *steps, size_t count,
		size_t *out_done, struct lg_error *err);

	/*
	 * Runs one migration and its check in a transaction, as apply() does, and tells `tracer` of
	 * each statement of the script; records nothing, and needs no history. Steps join and leave
	 * open one transaction as those of apply(); the last undoes it, and so does an error of
	 * any. What commits by itself is the caller's to keep out: rehearse_check.h. The lock must
	 * be held. Errors besides: LG_FAILED (place of the statement in `err`).
	 */
	enum lg_status (*rehearse)(struct target *target, const struct target_apply *step,
		const struct statement_tracer *tracer, struct lg_error *err);

	/* Runs a down script and removes the row, as apply() does its part. */
	enum lg_status (*revert)(struct target *target, const struct target_revert *step,
		int64_t *out_duration_us, struct lg_error *err);

	/*
	 * Writes `count` rows, each with its event, in one transaction: all of them or none. The
	 * lock must be held.
	 */
	enum lg_status (*change)(struct target *target, const char *batch_id,
		const struct target_change *changes, size_t count, struct lg_error *err);

	/* Appends an event; `version` and `detail` may be NULL. */
	enum lg_status (*note)(struct target *target, const char *batch_id, const char *version,
		const char *what, const char *detail, struct lg_error *err);

	/* Records how the run ended: the exit code's name. */
	enum lg_status (*finish_batch)(struct target *target, const char *batch_id,
		const char *outcome, struct lg_error *err);

	/*
	 * Reads the schema as it is, of this project and scope, into `out`, from schema_init(), and
	 * sorts it: one state of the database, written the same whatever is set. The history's own
	 * tables are left out. The history must exist.
	 */
	enum lg_status (*read_schema)(
		struct target *target, struct schema *out, struct lg_error *err);

	/*
	 * Reads what was recorded of it into `out`, from schema_record_init(), and sorts it. An
	 * absent history has recorded nothing.
	 */
	enum lg_status (*read_record)(
		struct target *target, struct schema_record *out, struct lg_error *err);

	/*
	 * Records objects, in place of those that stand there, and removes others: all of them or
	 * none. The lock must be held.
	 */
	enum lg_status (*record_schema)(struct target *target, const char *batch_id,
		const struct schema_writes *writes, struct lg_error *err);

	/* Ends the session, which frees the lock, at once or soon. NULL is allowed. Cannot fail. */
	void (*close)(struct target *target);
};

/* First member of every driver's own struct. */
struct target {
	const struct target_driver *driver;
};

extern const struct target_driver target_postgres;
extern const struct target_driver target_sqlite;

/* True of errors that another try may be spared: lock timeout, deadlock, serialization failure. */
bool target_is_passing(const struct lg_error *err);

/* The driver whose accepts() says yes, or NULL. */
const struct target_driver *target_driver_find(const char *url);

#endif
