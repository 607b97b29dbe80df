-- kind, identity, definition (text): who owns what, and whom it is granted to; that an owner may do
-- all with what is theirs goes without saying, and MAINTAIN is known to newer servers alone. Runs
-- where keep_spaces.sql has.
SELECT 'privileges', k.identity, concat_ws(chr(10),
	'owner ' || quote_ident(pg_get_userbyid(k.owner)),
	CASE WHEN k.acl IS NOT NULL THEN nullif(array_to_string(ARRAY(
		SELECT format('grant %s to %s%s', x.privilege_type, CASE WHEN x.grantee = 0 THEN 'PUBLIC'
				ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
			CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END) COLLATE "C"
		FROM aclexplode(k.acl) AS x
		WHERE x.grantee <> k.owner AND x.privilege_type <> 'MAINTAIN'
		ORDER BY 1
	), chr(10)), '') END)
FROM (
	SELECT 'pg_class'::regclass AS class, c.oid, c.relnamespace AS space,
		format('%I.%I', n.nspname, c.relname) AS identity, c.relowner AS owner, c.relacl AS acl
	FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
	WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
	UNION ALL
	SELECT 'pg_class'::regclass, c.oid, c.relnamespace,
		format('%I.%I.%I', n.nspname, c.relname, a.attname), c.relowner, a.attacl
	FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
		JOIN pg_namespace AS n ON n.oid = c.relnamespace
	WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped
	UNION ALL
	SELECT 'pg_proc'::regclass, p.oid, p.pronamespace,
		format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)), p.proowner,
		coalesce(p.proacl, acldefault('f', p.proowner))
	FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
	UNION ALL
	SELECT 'pg_type'::regclass, t.oid, t.typnamespace, format('%I.%I', n.nspname, t.typname),
		t.typowner, coalesce(t.typacl, acldefault('T', t.typowner))
	FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
	WHERE t.typtype IN ('e', 'c', 'd', 'r') AND (t.typrelid = 0 OR EXISTS (
		SELECT 1 FROM pg_class AS c WHERE c.oid = t.typrelid AND c.relkind = 'c'
	))
	UNION ALL
	SELECT 'pg_namespace'::regclass, n.oid, n.oid, quote_ident(n.nspname), n.nspowner, n.nspacl
	FROM pg_namespace AS n
) AS k
WHERE k.space = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
	AND NOT EXISTS (
		SELECT 1
		FROM pg_depend AS d
		WHERE d.refclassid IN ('pg_extension'::regclass, 'pg_type'::regclass)
			AND d.classid = k.class AND d.objid = k.oid AND (d.deptype = 'e'
				OR (d.deptype = 'i' AND k.class = 'pg_proc'::regclass))
	);
