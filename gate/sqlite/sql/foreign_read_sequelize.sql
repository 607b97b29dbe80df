-- ?1 table (an identifier, quoted): the history of sequelize and Umzug, which keep no order but
-- that of the names. identity, checksum, detail, path, state (applied, failed, undone, forgotten or
-- baseline), applied_at (text or NULL), in the order in which they were applied.
SELECT name, NULL, NULL, NULL, 'applied', NULL FROM main.?1 ORDER BY name COLLATE BINARY;
