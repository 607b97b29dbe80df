-- kind, identity, definition (text): indexes that no constraint has made and no parent's index. Runs
-- where keep_spaces.sql has.
SELECT 'index', format('%I.%I.%I', n.nspname, t.relname, c.relname), concat_ws(chr(10),
		pg_get_indexdef(i.indexrelid),
		CASE WHEN NOT i.indisvalid THEN 'invalid' END,
		CASE WHEN i.indisclustered THEN 'clustered by' END,
		CASE WHEN i.indisreplident THEN 'replica identity' END,
		CASE WHEN c.reltablespace <> 0 THEN 'tablespace ' || s.spcname END)
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
	JOIN pg_class AS t ON t.oid = i.indrelid
	JOIN pg_namespace AS n ON n.oid = t.relnamespace
	LEFT JOIN pg_tablespace AS s ON s.oid = c.reltablespace
WHERE NOT c.relispartition
	AND t.relnamespace = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
	AND NOT EXISTS (
		SELECT 1
		FROM pg_constraint AS o
		WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x')
	) AND NOT EXISTS (
		SELECT 1
		FROM pg_depend AS d
		WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_class'::regclass
			AND d.objid IN (c.oid, t.oid) AND d.deptype = 'e'
	);
