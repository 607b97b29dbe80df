-- kind, identity, definition (text): sequences, without where they are. Runs where keep_spaces.sql
-- has.
SELECT 'sequence', format('%I.%I', n.nspname, c.relname), concat_ws(chr(10),
		'type ' || format_type(s.seqtypid, NULL), 'start ' || s.seqstart,
		'increment ' || s.seqincrement, 'from ' || s.seqmin || ' to ' || s.seqmax,
		CASE WHEN s.seqcache <> 1 THEN 'cache ' || s.seqcache END,
		CASE WHEN s.seqcycle THEN 'cycle' END,
		CASE WHEN c.relpersistence = 'u' THEN 'unlogged' END,
		'owned by ' || o.refobjid::regclass || '.' || quote_ident(a.attname))
FROM pg_sequence AS s JOIN pg_class AS c ON c.oid = s.seqrelid
	JOIN pg_namespace AS n ON n.oid = c.relnamespace
	LEFT JOIN pg_depend AS o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid
		AND o.refclassid = 'pg_class'::regclass AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0
	LEFT JOIN pg_attribute AS a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
WHERE c.relnamespace = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
	AND NOT EXISTS (
		SELECT 1
		FROM pg_depend AS d
		WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_class'::regclass
			AND d.objid = c.oid AND d.deptype = 'e'
	);
