-- One row a run that wrote something; `outcome` is NULL while it is under way, or if it died.
CREATE TABLE IF NOT EXISTS lockgate.batch (
	id text COLLATE "C" NOT NULL PRIMARY KEY,
	project text COLLATE "C" NOT NULL,
	scope text COLLATE "C" NOT NULL,
	action text NOT NULL,
	bundle_id text,
	signed_by text,
	policy text,
	reason text,
	tool text,
	source text,
	run_url text,
	actor text,
	host text,
	started_at timestamptz NOT NULL,
	finished_at timestamptz,
	outcome text
);
