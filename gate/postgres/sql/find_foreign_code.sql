-- For a superuser that is about to write. what, its_table, owner (text): code that somebody has hung
-- on the history, which would run with a superuser's rights. A table that another role owns is
-- sound as long as there is none.
WITH ours AS (
	SELECT c.oid, c.relname, c.relowner
	FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
	WHERE n.nspname = 'lockgate'
), code AS (
	SELECT 'trigger ' || tgname AS what, tgrelid AS rel FROM pg_trigger WHERE NOT tgisinternal
	UNION ALL SELECT 'rule ' || rulename, ev_class FROM pg_rewrite
	UNION ALL SELECT 'policy ' || polname, polrelid FROM pg_policy
	UNION ALL SELECT 'type of column ' || a.attname, a.attrelid
	FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
	WHERE t.typnamespace <> 'pg_catalog'::regnamespace AND a.attnum > 0
	UNION ALL SELECT 'constraint ' || k.conname, k.conrelid
	FROM pg_constraint AS k JOIN pg_depend AS d
		ON d.classid = 'pg_constraint'::regclass AND d.objid = k.oid
	WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
	UNION ALL SELECT 'default of column ' || f.adnum, f.adrelid
	FROM pg_attrdef AS f JOIN pg_depend AS d
		ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
	WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
	UNION ALL SELECT 'index ' || i.indexrelid::regclass, i.indrelid
	FROM pg_index AS i JOIN pg_depend AS d
		ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
	WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass,
		'pg_opclass'::regclass)
)
SELECT code.what, ours.relname, pg_get_userbyid(ours.relowner)
FROM code JOIN ours ON ours.oid = code.rel
ORDER BY 2, 1
LIMIT 1;
