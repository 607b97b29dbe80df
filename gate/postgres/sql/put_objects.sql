-- $1 project, $2 scope, $3 batch_id (text), $4 kinds, $5 identities, $6 hashes, $7 definitions
-- (text[]), $8 how many (integer): records objects, in place of those that stand there. 22012 unless
-- all were written.
WITH written AS (
	INSERT INTO lockgate.object (project, scope, kind, identity, sha256, definition, batch_id)
	SELECT $1, $2, o.kind, o.identity, o.sha256, o.definition, $3
	FROM unnest($4::text[], $5::text[], $6::text[], $7::text[])
		AS o (kind, identity, sha256, definition)
	ON CONFLICT (project, scope, kind, identity) DO UPDATE
	SET sha256 = excluded.sha256, definition = excluded.definition, batch_id = excluded.batch_id
	RETURNING 1
)
SELECT 1 / (count(*) = $8::int4)::int4 FROM written;
