-- One row a run that wrote something; `outcome` is NULL while it is under way, or if it died.
CREATE TABLE IF NOT EXISTS lockgate_batch (
	id TEXT NOT NULL PRIMARY KEY,
	project TEXT NOT NULL,
	scope TEXT NOT NULL,
	action TEXT NOT NULL,
	bundle_id TEXT,
	signed_by TEXT,
	policy TEXT,
	reason TEXT,
	tool TEXT,
	source TEXT,
	run_url TEXT,
	actor TEXT,
	host TEXT,
	started_at TEXT NOT NULL,
	finished_at TEXT,
	outcome TEXT
);
