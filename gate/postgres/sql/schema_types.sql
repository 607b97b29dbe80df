-- kind, identity, definition (text): enums, composite types, domains and ranges. Runs where
-- keep_spaces.sql has.
SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'c' THEN 'composite type' WHEN 'd' THEN 'domain'
		ELSE 'range' END,
	format('%I.%I', n.nspname, t.typname), CASE t.typtype
		WHEN 'e' THEN (
			SELECT string_agg(quote_literal(e.enumlabel), chr(10) ORDER BY e.enumsortorder)
			FROM pg_enum AS e
			WHERE e.enumtypid = t.oid
		)
		WHEN 'c' THEN (
			SELECT string_agg(format('%I %s%s', a.attname,
					format_type(a.atttypid, a.atttypmod),
					CASE WHEN a.attcollation NOT IN (0, b.typcollation) THEN
						' collate ' || a.attcollation::regcollation ELSE '' END),
				chr(10) ORDER BY a.attnum)
			FROM pg_attribute AS a LEFT JOIN pg_type AS b ON b.oid = a.atttypid
			WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
		)
		WHEN 'd' THEN concat_ws(chr(10), 'type ' || format_type(t.typbasetype, t.typtypmod),
			CASE WHEN t.typcollation NOT IN (0, (
				SELECT b.typcollation FROM pg_type AS b WHERE b.oid = t.typbasetype
			)) THEN 'collate ' || t.typcollation::regcollation END,
			CASE WHEN t.typnotnull THEN 'not null' END,
			'default ' || t.typdefault, (
				SELECT string_agg(format('constraint %I %s', o.conname,
					pg_get_constraintdef(o.oid)), chr(10) ORDER BY o.conname COLLATE "C")
				FROM pg_constraint AS o
				WHERE o.contypid = t.oid AND o.contype <> 'n'
			))
		ELSE (
			SELECT format('of %s, by %s, collation %s, canonical %s, difference %s',
				r.rngsubtype::regtype, (
					SELECT format('%I.%I', s.nspname, o.opcname)
					FROM pg_opclass AS o JOIN pg_namespace AS s ON s.oid = o.opcnamespace
					WHERE o.oid = r.rngsubopc
				), r.rngcollation::regcollation, r.rngcanonical, r.rngsubdiff)
			FROM pg_range AS r
			WHERE r.rngtypid = t.oid
		) END
FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
WHERE t.typtype IN ('e', 'c', 'd', 'r') AND (t.typrelid = 0 OR EXISTS (
		SELECT 1 FROM pg_class AS c WHERE c.oid = t.typrelid AND c.relkind = 'c'
	)) AND t.typnamespace = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
	AND NOT EXISTS (
		SELECT 1
		FROM pg_depend AS d
		WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_type'::regclass
			AND d.objid = t.oid AND d.deptype = 'e'
	);
