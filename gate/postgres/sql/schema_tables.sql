-- kind, identity, definition (text): tables and foreign tables. Runs where keep_spaces.sql has.
SELECT CASE c.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END,
	format('%I.%I', n.nspname, c.relname), concat_ws(chr(10),
		CASE WHEN c.relpersistence = 'u' THEN 'unlogged' END,
		CASE WHEN m.amname <> 'heap' THEN 'using ' || m.amname END,
		CASE WHEN c.reloftype <> 0 THEN 'of ' || c.reloftype::regtype END,
		CASE WHEN c.relkind = 'p' THEN 'partition by ' || pg_get_partkeydef(c.oid) END,
		CASE WHEN c.relispartition THEN 'partition of ' ELSE 'inherits ' END || i.parents,
		CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
		CASE WHEN c.reltablespace <> 0 THEN 'tablespace ' || s.spcname END,
		'with ' || (
			SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(c.reloptions) AS o
		),
		'server ' || f.srvname,
		'options ' || (
			SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(t.ftoptions) AS o
		),
		CASE WHEN c.relrowsecurity THEN 'row level security' END,
		CASE WHEN c.relforcerowsecurity THEN 'row level security also for the owner' END,
		CASE WHEN c.relkind <> 'f' AND c.relreplident = 'f' THEN 'replica identity full'
			WHEN c.relkind <> 'f' AND c.relreplident = 'n' THEN 'replica identity nothing' END)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
	LEFT JOIN pg_am AS m ON m.oid = c.relam
	LEFT JOIN pg_tablespace AS s ON s.oid = c.reltablespace
	LEFT JOIN (
		SELECT h.inhrelid, string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno)
			AS parents
		FROM pg_inherits AS h
		GROUP BY h.inhrelid
	) AS i ON i.inhrelid = c.oid
	LEFT JOIN pg_foreign_table AS t ON t.ftrelid = c.oid
	LEFT JOIN pg_foreign_server AS f ON f.oid = t.ftserver
WHERE c.relkind IN ('r', 'p', 'f')
	AND c.relnamespace = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
	AND NOT EXISTS (
		SELECT 1
		FROM pg_depend AS d
		WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_class'::regclass
			AND d.objid = c.oid AND d.deptype = 'e'
	);
