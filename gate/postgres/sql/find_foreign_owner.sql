-- For a superuser that is about to write. owner (text): a role, no superuser, to which the schema of
-- the history or something in it belongs: what it hangs there at any moment runs with a superuser's
-- rights.
SELECT r.rolname
FROM (
	SELECT n.nspowner AS owner FROM pg_namespace AS n WHERE n.nspname = 'lockgate'
	UNION SELECT c.relowner FROM pg_class AS c JOIN pg_namespace AS n
		ON n.oid = c.relnamespace WHERE n.nspname = 'lockgate'
) AS o JOIN pg_roles AS r ON r.oid = o.owner
WHERE NOT r.rolsuper
LIMIT 1;
