-- kind, identity, definition (text): comments on schemas, relations and their columns and
-- constraints, functions and types. Runs where keep_spaces.sql has.
SELECT 'comment', CASE WHEN k.classoid = 'pg_class'::regclass THEN o.identity
		ELSE o.type || ' ' || o.identity END, k.description
FROM (
	SELECT c.classoid, c.objoid, c.objsubid, c.description, coalesce(r.relnamespace,
		n.connamespace, p.pronamespace, t.typnamespace, s.oid) AS space
	FROM pg_description AS c
		LEFT JOIN pg_class AS r ON c.classoid = 'pg_class'::regclass AND r.oid = c.objoid
		LEFT JOIN pg_constraint AS n ON c.classoid = 'pg_constraint'::regclass AND n.oid = c.objoid
		LEFT JOIN pg_proc AS p ON c.classoid = 'pg_proc'::regclass AND p.oid = c.objoid
		LEFT JOIN pg_type AS t ON c.classoid = 'pg_type'::regclass AND t.oid = c.objoid
		LEFT JOIN pg_namespace AS s ON c.classoid = 'pg_namespace'::regclass AND s.oid = c.objoid
	WHERE c.objoid >= 16384 OR c.classoid = 'pg_namespace'::regclass
) AS k, pg_identify_object(k.classoid, k.objoid, k.objsubid) AS o
WHERE k.space = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
	AND NOT EXISTS (
		SELECT 1
		FROM pg_depend AS d
		WHERE d.classid = k.classoid AND d.objid = k.objoid AND d.deptype = 'e'
	);
