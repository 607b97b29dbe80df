-- kind, identity, definition (text): comments on schemas, relations and their columns and
-- constraints, functions and types. Runs where keep_spaces.sql has.
SELECT 'comment', CASE WHEN k.classoid = 'pg_class'::regclass THEN o.identity
		ELSE o.type || ' ' || o.identity END, k.description
FROM (
	SELECT c.classoid, c.objoid, c.objsubid, c.description, r.relnamespace AS space
	FROM pg_description AS c JOIN pg_class AS r ON r.oid = c.objoid
	WHERE c.classoid = 'pg_class'::regclass AND c.objoid >= 16384
	UNION ALL
	SELECT c.classoid, c.objoid, c.objsubid, c.description, n.connamespace
	FROM pg_description AS c JOIN pg_constraint AS n ON n.oid = c.objoid
	WHERE c.classoid = 'pg_constraint'::regclass AND c.objoid >= 16384
	UNION ALL
	SELECT c.classoid, c.objoid, c.objsubid, c.description, p.pronamespace
	FROM pg_description AS c JOIN pg_proc AS p ON p.oid = c.objoid
	WHERE c.classoid = 'pg_proc'::regclass AND c.objoid >= 16384
	UNION ALL
	SELECT c.classoid, c.objoid, c.objsubid, c.description, t.typnamespace
	FROM pg_description AS c JOIN pg_type AS t ON t.oid = c.objoid
	WHERE c.classoid = 'pg_type'::regclass AND c.objoid >= 16384
	UNION ALL
	SELECT c.classoid, c.objoid, c.objsubid, c.description, c.objoid
	FROM pg_description AS c
	WHERE c.classoid = 'pg_namespace'::regclass
) AS k, pg_identify_object(k.classoid, k.objoid, k.objsubid) AS o
WHERE k.space = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
	AND NOT EXISTS (
		SELECT 1
		FROM pg_depend AS d
		WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = k.classoid
			AND d.objid = k.objoid AND d.deptype = 'e'
	);
