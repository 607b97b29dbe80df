-- kind (text), count (bigint): what the database has that schema_….sql do not look at.
SELECT k.kind, count(k.oid)
FROM (
	SELECT 'subscriptions', s.oid, 'pg_subscription'::regclass
	FROM pg_subscription AS s JOIN pg_database AS d ON d.oid = s.subdbid
	WHERE d.datname = current_database()
	UNION ALL SELECT 'user mappings', u.umid, NULL FROM pg_user_mappings AS u
	UNION ALL SELECT 'operator classes', o.oid, 'pg_opclass'::regclass FROM pg_opclass AS o
	UNION ALL SELECT 'operator families', o.oid, 'pg_opfamily'::regclass FROM pg_opfamily AS o
	UNION ALL SELECT 'conversions', c.oid, 'pg_conversion'::regclass FROM pg_conversion AS c
	UNION ALL SELECT 'transforms', t.oid, 'pg_transform'::regclass FROM pg_transform AS t
	UNION ALL SELECT 'access methods', m.oid, 'pg_am'::regclass FROM pg_am AS m
	UNION ALL SELECT 'text search configurations', t.oid, 'pg_ts_config'::regclass
	FROM pg_ts_config AS t
	UNION ALL SELECT 'text search dictionaries', t.oid, 'pg_ts_dict'::regclass FROM pg_ts_dict AS t
	UNION ALL SELECT 'text search parsers', t.oid, 'pg_ts_parser'::regclass FROM pg_ts_parser AS t
	UNION ALL SELECT 'text search templates', t.oid, 'pg_ts_template'::regclass
	FROM pg_ts_template AS t
	UNION ALL SELECT 'base types', t.oid, 'pg_type'::regclass
	FROM pg_type AS t
	WHERE t.typtype = 'b' AND t.typelem = 0
	UNION ALL SELECT 'security labels', l.objoid, l.classoid FROM pg_seclabel AS l
	UNION ALL SELECT 'comments on other objects', c.objoid, c.classoid
	FROM pg_description AS c
	WHERE c.classoid NOT IN ('pg_class'::regclass, 'pg_constraint'::regclass, 'pg_proc'::regclass,
		'pg_type'::regclass, 'pg_namespace'::regclass)
	UNION ALL SELECT 'settings of the database and of roles in it', d.oid, NULL
	FROM pg_db_role_setting AS r JOIN pg_database AS d ON d.oid = r.setdatabase
	WHERE d.datname = current_database()
) AS k (kind, oid, class)
WHERE (k.class IS NULL OR k.oid >= 16384) AND NOT EXISTS (
	SELECT 1
	FROM pg_depend AS d
	WHERE d.refclassid = 'pg_extension'::regclass AND d.classid = k.class AND d.objid = k.oid
		AND d.deptype = 'e'
)
GROUP BY k.kind
ORDER BY k.kind COLLATE "C";
