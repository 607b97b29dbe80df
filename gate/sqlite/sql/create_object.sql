-- The schema as it was recorded after the last apply, one row an object.
CREATE TABLE IF NOT EXISTS lockgate_object (
	project TEXT NOT NULL,
	scope TEXT NOT NULL,
	kind TEXT NOT NULL,
	identity TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	definition TEXT NOT NULL,
	batch_id TEXT NOT NULL,
	PRIMARY KEY (project, scope, kind, identity)
);
