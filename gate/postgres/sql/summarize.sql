-- $1 project, $2 scope (text). One row: pid (integer) and is_standby (boolean) of the backend,
-- database (oid), first_batch (text or NULL); format_rows (bigint) and layout (integer, NULL for
-- none) of lockgate.format; rows_digest (text), rows (integer), seeds_digest (text) and seeds
-- (integer) as gate/summary.h has them; true (the statement fails with 42P01 where a table is
-- missing); invalid_indexes (bigint) of the database, also those that are being built. The search
-- path and avoid_sort.sql are set before.
SELECT pg_backend_pid(), pg_is_in_recovery(),
	(SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database()),
	(SELECT min(b.id) FROM lockgate.batch AS b), f.format_rows, f.layout,
	encode(sha256(coalesce(m.rows_digests, '')), 'hex'),
	coalesce(length(m.rows_digests), 0) / 32,
	encode(sha256(coalesce(m.seeds_digests, '')), 'hex'),
	coalesce(length(m.seeds_digests), 0) / 32,
	'lockgate.event'::regclass IS NOT NULL AND 'lockgate.object'::regclass IS NOT NULL,
	(SELECT count(*) FROM pg_index AS i WHERE NOT i.indisvalid)
FROM (SELECT count(*) AS format_rows, max(version) AS layout FROM lockgate.format) AS f, (
	SELECT string_agg(s.row_sha256, '') FILTER (WHERE s.kind <> 'seed') AS rows_digests,
		string_agg(s.row_sha256, '') FILTER (WHERE s.kind = 'seed') AS seeds_digests
	FROM (
		SELECT kind, row_sha256
		FROM lockgate.migration
		WHERE project = $1 AND scope = $2
		ORDER BY kind, version
	) AS s
) AS m;
