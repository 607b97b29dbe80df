-- kind, identity, definition (text): operators, collations, casts and statistics. Runs where
-- keep_spaces.sql has.
SELECT k.kind, k.identity, k.definition
FROM (
	SELECT 'operator' AS kind, 'pg_operator'::regclass AS class, o.oid, o.oprnamespace AS space,
		format('%I.%s(%s, %s)', n.nspname, o.oprname, o.oprleft::regtype,
			o.oprright::regtype) AS identity,
		concat_ws(chr(10), format('%s by %s', o.oprresult::regtype, o.oprcode),
			'commutator ' || nullif(o.oprcom, 0)::regoperator,
			'negator ' || nullif(o.oprnegate, 0)::regoperator,
			'restrict ' || nullif(o.oprrest, 0)::regproc, 'join ' || nullif(o.oprjoin, 0)::regproc,
			CASE WHEN o.oprcanmerge THEN 'merges' END, CASE WHEN o.oprcanhash THEN 'hashes' END
		) AS definition
	FROM pg_operator AS o JOIN pg_namespace AS n ON n.oid = o.oprnamespace
	WHERE o.oid >= 16384
	UNION ALL
	SELECT 'collation', 'pg_collation'::regclass, c.oid, c.collnamespace,
		format('%I.%I', n.nspname, c.collname), (
			SELECT string_agg(j.key || ' ' || j.value, chr(10) ORDER BY j.key COLLATE "C")
			FROM jsonb_each_text(to_jsonb(c)) AS j
			WHERE j.value IS NOT NULL AND j.key NOT IN ('oid', 'collname', 'collnamespace',
				'collowner', 'collversion')
		)
	FROM pg_collation AS c JOIN pg_namespace AS n ON n.oid = c.collnamespace
	WHERE c.oid >= 16384
	UNION ALL
	SELECT 'statistics', 'pg_statistic_ext'::regclass, s.oid, s.stxnamespace,
		format('%I.%I', n.nspname, s.stxname), pg_get_statisticsobjdef(s.oid)
	FROM pg_statistic_ext AS s JOIN pg_namespace AS n ON n.oid = s.stxnamespace
	UNION ALL
	SELECT 'cast', 'pg_cast'::regclass, c.oid, 0,
		format('(%s as %s)', c.castsource::regtype, c.casttarget::regtype),
		format('method %s, context %s, function %s', c.castmethod, c.castcontext,
			nullif(c.castfunc, 0)::regprocedure)
	FROM pg_cast AS c
	WHERE c.oid >= 16384
) AS k
WHERE (k.space = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
		OR (k.space = 0 AND current_setting('lockgate.is_whole')::bool))
	AND NOT EXISTS (
		SELECT 1
		FROM pg_depend AS d
		WHERE d.refclassid IN ('pg_extension'::regclass, 'pg_type'::regclass)
			AND d.classid = k.class AND d.objid = k.oid AND d.deptype IN ('e', 'i')
	);
