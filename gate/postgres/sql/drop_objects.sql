-- $1 project, $2 scope (text), $3 kinds, $4 identities (text[]): forgets objects that are gone.
DELETE FROM lockgate.object AS o
USING unnest($3::text[], $4::text[]) AS g (kind, identity)
WHERE o.project = $1 AND o.scope = $2 AND o.kind = g.kind AND o.identity = g.identity;
