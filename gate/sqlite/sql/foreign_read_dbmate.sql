-- ?1 table (an identifier, quoted): the history of dbmate, which keeps no order but that of the
-- versions as text. identity, checksum, detail, path, state (applied, failed, undone, forgotten or
-- baseline), applied_at (text or NULL), in the order in which they were applied.
SELECT CAST(version AS TEXT), NULL, NULL, NULL, 'applied', NULL FROM main.?1 ORDER BY 1 COLLATE BINARY;
