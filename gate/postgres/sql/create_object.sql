-- The schema as it was recorded after the last apply, one row an object.
CREATE TABLE IF NOT EXISTS lockgate.object (
	project text COLLATE "C" NOT NULL,
	scope text COLLATE "C" NOT NULL,
	kind text COLLATE "C" NOT NULL,
	identity text COLLATE "C" NOT NULL,
	sha256 text NOT NULL,
	definition text NOT NULL,
	batch_id text COLLATE "C" NOT NULL,
	PRIMARY KEY (project, scope, kind, identity)
);
