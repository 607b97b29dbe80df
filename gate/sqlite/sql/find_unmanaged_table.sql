-- name (text): a table that is not ours; tool (text or NULL): whose history table it is. Those of
-- tools come first. Two tools call theirs the same; one of them has a column that tells.
WITH known (name, tool) AS (
	VALUES ('SequelizeMeta', 'sequelize'), ('flyway_schema_history', 'flyway'),
		('schema_migrations', 'dbmate'), ('goose_db_version', 'goose'),
		('_prisma_migrations', 'prisma'), ('__diesel_schema_migrations', 'diesel'),
		('_sqlx_migrations', 'sqlx'), ('atlas_schema_revisions', 'atlas'),
		('DATABASECHANGELOG', 'liquibase'), ('knex_migrations', 'knex'),
		('pgmigrations', 'node-pg-migrate')
)
SELECT s.name, CASE WHEN k.tool = 'dbmate' AND EXISTS (
		SELECT 1 FROM pragma_table_info(s.name) WHERE name = 'dirty'
	) THEN 'golang-migrate' ELSE k.tool END
FROM main.sqlite_schema AS s LEFT JOIN known AS k ON k.name = s.name COLLATE NOCASE
WHERE s.type = 'table' AND substr(s.name, 1, 7) <> 'sqlite_' AND substr(s.name, 1, 9) <> 'lockgate_'
ORDER BY k.tool IS NULL, s.name
LIMIT 1;
