-- kind, identity, definition (text): constraints of tables, but those that are inherited, and NOT
-- NULL, which the column has. Runs where keep_spaces.sql has.
SELECT 'constraint', format('%I.%I.%I', n.nspname, c.relname, o.conname),
	pg_get_constraintdef(o.oid)
FROM pg_constraint AS o JOIN pg_class AS c ON c.oid = o.conrelid
	JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE o.contype IN ('c', 'f', 'p', 'u', 'x') AND o.coninhcount = 0 AND o.conparentid = 0
	AND c.relnamespace = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
	AND NOT EXISTS (
		SELECT 1
		FROM pg_depend AS d
		WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_class'::regclass
			AND d.objid = c.oid AND d.deptype = 'e'
	);
