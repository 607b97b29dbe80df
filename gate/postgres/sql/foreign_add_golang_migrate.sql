-- $1 schema, $2 table (identifiers, quoted), $3 version (text): it is the newest one, as
-- golang-migrate records it, in the only row.
WITH former AS (DELETE FROM $1.$2)
INSERT INTO $1.$2 (version, dirty) VALUES ($3::int8, false);
