-- kind, identity, definition (text): functions, procedures and aggregates, but those that a range has
-- made. Runs where keep_spaces.sql has.
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
	format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)),
	CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE (
		SELECT concat_ws(chr(10),
			format('returns %s', format_type(p.prorettype, NULL)),
			format('kind %s, %s direct arguments, parallel %s', g.aggkind, g.aggnumdirectargs,
				p.proparallel),
			format('state %s by %s from %L, space %s', format_type(g.aggtranstype, NULL),
				g.aggtransfn, g.agginitval, g.aggtransspace),
			format('final %s, extra %s, modifies %s', g.aggfinalfn, g.aggfinalextra,
				g.aggfinalmodify),
			format('combine %s, serial %s, deserial %s', g.aggcombinefn, g.aggserialfn,
				g.aggdeserialfn),
			format('moving state %s by %s and %s from %L, space %s',
				g.aggmtranstype::regtype, g.aggmtransfn, g.aggminvtransfn,
				g.aggminitval, g.aggmtransspace),
			format('moving final %s, extra %s, modifies %s', g.aggmfinalfn,
				g.aggmfinalextra, g.aggmfinalmodify),
			CASE WHEN g.aggsortop <> 0 THEN 'sort ' || g.aggsortop::regoperator END)
		FROM pg_aggregate AS g
		WHERE g.aggfnoid = p.oid
	) END
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE p.pronamespace = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
	AND NOT EXISTS (
		SELECT 1
		FROM pg_depend AS d
		WHERE d.refclassid IN ('pg_extension'::regclass, 'pg_type'::regclass)
			AND d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')
	);
