-- $1 project, $2 scope (text). Keeps until the transaction ends which schemas schema_….sql look at,
-- as oids: in scope main those of users but for the ones that are another scope of the project, else
-- the one that is named like the scope; and whether what belongs to no schema counts: in main.
SELECT set_config('lockgate.spaces', ARRAY(
		SELECT n.oid
		FROM pg_namespace AS n
		WHERE n.nspname NOT IN ('lockgate', 'information_schema')
			AND n.nspname NOT LIKE 'pg\_%' AND CASE WHEN $2 = 'main' THEN NOT EXISTS (
				SELECT 1
				FROM lockgate.batch AS b
				WHERE b.project = $1 AND b.scope = n.nspname AND b.scope <> 'main'
			) ELSE n.nspname = $2 END
	)::text, true),
	set_config('lockgate.is_whole', ($2 = 'main')::text, true);
