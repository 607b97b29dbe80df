-- kind, identity, definition (text): triggers, rules and policies of tables and views. Runs where
-- keep_spaces.sql has.
SELECT k.kind, format('%I.%I.%I', n.nspname, c.relname, k.name), k.definition
FROM (
	SELECT 'trigger' AS kind, t.tgrelid AS relation, t.tgname AS name,
		concat_ws(chr(10), pg_get_triggerdef(t.oid),
			CASE WHEN t.tgenabled <> 'O' THEN 'enabled ' || t.tgenabled::text END) AS definition
	FROM pg_trigger AS t
	WHERE NOT t.tgisinternal AND t.tgparentid = 0
	UNION ALL
	SELECT 'rule', r.ev_class, r.rulename, concat_ws(chr(10), pg_get_ruledef(r.oid),
		CASE WHEN r.ev_enabled <> 'O' THEN 'enabled ' || r.ev_enabled::text END)
	FROM pg_rewrite AS r
	WHERE r.rulename <> '_RETURN' AND r.oid >= 16384
	UNION ALL
	SELECT 'policy', p.polrelid, p.polname, concat_ws(chr(10),
		CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END,
		CASE p.polcmd WHEN 'r' THEN 'for SELECT' WHEN 'a' THEN 'for INSERT'
			WHEN 'w' THEN 'for UPDATE' WHEN 'd' THEN 'for DELETE' ELSE 'for ALL' END,
		'to ' || array_to_string(ARRAY(
			SELECT CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END
				COLLATE "C"
			FROM unnest(p.polroles) AS r
			ORDER BY 1
		), ', '),
		'using ' || pg_get_expr(p.polqual, p.polrelid),
		'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
	FROM pg_policy AS p
) AS k JOIN pg_class AS c ON c.oid = k.relation
	JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relnamespace = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
	AND NOT EXISTS (
		SELECT 1
		FROM pg_depend AS d
		WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = 'pg_class'::regclass
			AND d.objid = c.oid AND d.deptype = 'e'
	);
