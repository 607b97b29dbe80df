-- $1 is_scoped (boolean): only those that remember_scope.sql has kept count. name (text): a table that is not ours, with its schema unless the user's search path leads
-- there; tool (text or NULL): whose history table it is. Those of tools come first and count in
-- every schema, others in the schemas that remember_schemas.sql has kept. Two tools call theirs the
-- same; one of them has a column that tells.
WITH known (name, tool) AS (
	VALUES ('SequelizeMeta', 'sequelize'), ('flyway_schema_history', 'flyway'),
		('schema_migrations', 'dbmate'), ('goose_db_version', 'goose'),
		('_prisma_migrations', 'prisma'), ('__diesel_schema_migrations', 'diesel'),
		('_sqlx_migrations', 'sqlx'), ('atlas_schema_revisions', 'atlas'),
		('DATABASECHANGELOG', 'liquibase'), ('knex_migrations', 'knex'),
		('pgmigrations', 'node-pg-migrate')
), present AS (
	SELECT c.relname, n.nspname, CASE WHEN k.tool = 'dbmate' AND EXISTS (
			SELECT 1 FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'dirty'
		) THEN 'golang-migrate' ELSE k.tool END AS tool,
		n.nspname = ANY (current_setting('lockgate.schemas')::name[]) AS is_near
	FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
		LEFT JOIN known AS k ON lower(k.name) = lower(c.relname::text)
	WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('lockgate', 'information_schema')
		AND n.nspname NOT LIKE 'pg\_%'
		AND NOT EXISTS (
			SELECT 1
			FROM pg_depend AS d
			WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
		)
)
SELECT CASE WHEN is_near THEN '' ELSE nspname || '.' END || relname, tool
FROM present
WHERE is_near OR (tool IS NOT NULL AND NOT $1::bool)
ORDER BY tool IS NULL, is_near DESC, nspname, relname
LIMIT 1;
