-- kind, identity, definition (text): schemas, and the default privileges of what is made in them;
-- where all of the database counts, also those for every schema. Runs where keep_spaces.sql has.
SELECT 'schema', quote_ident(n.nspname), ''
FROM pg_namespace AS n
WHERE n.oid = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
UNION ALL
SELECT 'default privileges', format('%sof %I for %s',
		CASE WHEN a.defaclnamespace <> 0 THEN quote_ident(n.nspname) || '.' ELSE '' END,
		pg_get_userbyid(a.defaclrole), CASE a.defaclobjtype WHEN 'r' THEN 'tables'
			WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
			WHEN 'n' THEN 'schemas' ELSE 'kind ' || a.defaclobjtype::text END),
	array_to_string(ARRAY(
		SELECT format('grant %s to %s%s', x.privilege_type, CASE WHEN x.grantee = 0 THEN 'PUBLIC'
				ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
			CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END) COLLATE "C"
		FROM aclexplode(a.defaclacl) AS x
		WHERE x.privilege_type <> 'MAINTAIN'
		ORDER BY 1
	), chr(10))
FROM pg_default_acl AS a LEFT JOIN pg_namespace AS n ON n.oid = a.defaclnamespace
WHERE a.defaclnamespace = ANY ((SELECT current_setting('lockgate.spaces')::oid[])::oid[])
	OR (a.defaclnamespace = 0 AND current_setting('lockgate.is_whole')::bool);
