-- ?1 table (an identifier, quoted): the history of Diesel. identity, checksum, detail, path, state
-- (applied, failed, undone, forgotten or baseline), applied_at (text or NULL), in the order in
-- which they were applied.
SELECT version, NULL, NULL, NULL, 'applied', CAST(run_on AS TEXT)
FROM main.?1
ORDER BY run_on, version;
