-- What happened, in order; rows are only ever added.
CREATE TABLE IF NOT EXISTS lockgate.event (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL,
	batch_id text COLLATE "C",
	version text COLLATE "C",
	what text NOT NULL,
	detail text
);
