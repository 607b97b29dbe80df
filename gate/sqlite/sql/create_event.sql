-- What happened, in order; rows are only ever added.
CREATE TABLE IF NOT EXISTS lockgate_event (
	id INTEGER PRIMARY KEY,
	at TEXT NOT NULL,
	batch_id TEXT,
	version TEXT,
	what TEXT NOT NULL,
	detail TEXT
);
