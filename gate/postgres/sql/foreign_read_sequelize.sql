-- $1 schema and $2 table (identifiers, quoted): the history of sequelize and Umzug, which keep no
-- order but that of the names. identity, checksum, detail, path, state (applied, failed, undone,
-- forgotten or baseline), applied_at (text or NULL), in the order in which they were applied.
SELECT name::text, NULL, NULL, NULL, 'applied', NULL FROM $1.$2 ORDER BY name::text COLLATE "C";
