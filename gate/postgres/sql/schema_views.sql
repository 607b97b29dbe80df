-- kind, identity, definition (text): views and materialized views. Runs where keep_spaces.sql has.
SELECT CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END,
	format('%I.%I', n.nspname, c.relname), concat_ws(chr(10), pg_get_viewdef(c.oid),
		'with ' || (
			SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(c.reloptions) AS o
		))
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm')
	AND c.relnamespace = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
	AND NOT EXISTS (
		SELECT 1
		FROM pg_depend AS d
		WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_class'::regclass
			AND d.objid = c.oid AND d.deptype = 'e'
	);
