-- One row a migration that was applied, or that is under way. The last column is the SHA-256 of the
-- row's line as gate/summary.h has it (of what turns text into bytes only decode() is immutable; it
-- reads nothing but backslashes otherwise). The index has it too, so that summarize.sql reads no
-- more than the index.
CREATE TABLE IF NOT EXISTS lockgate.migration (
	project text COLLATE "C" NOT NULL,
	scope text COLLATE "C" NOT NULL,
	kind text COLLATE "C" NOT NULL CHECK (kind IN ('versioned', 'repeatable', 'seed', 'baseline')),
	version text COLLATE "C" NOT NULL,
	name text NOT NULL,
	position bigint NOT NULL,
	state text NOT NULL CHECK (state IN ('running', 'applied')),
	algorithm text NOT NULL,
	raw_sha256 text NOT NULL,
	content_sha256 text NOT NULL,
	tokens_sha256 text NOT NULL,
	down_sha256 text,
	phase text,
	batch_id text COLLATE "C" NOT NULL,
	started_at timestamptz NOT NULL,
	applied_at timestamptz,
	duration_us bigint,
	statements_done integer NOT NULL,
	statements_total integer NOT NULL,
	adopted_from text,
	down_sql text,
	row_sha256 bytea NOT NULL GENERATED ALWAYS AS (pg_catalog.sha256(pg_catalog.decode(
		pg_catalog.replace(kind || E'\n' || version || E'\n' || name || E'\n' || state || E'\n'
			|| algorithm || E'\n' || content_sha256 || E'\n' || coalesce(down_sha256, '')
			|| E'\n' || coalesce(phase, '') || E'\n', E'\\', E'\\\\'), 'escape'))) STORED,
	PRIMARY KEY (project, scope, kind, version) INCLUDE (row_sha256)
);
