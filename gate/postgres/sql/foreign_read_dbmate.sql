-- $1 schema and $2 table (identifiers, quoted): the history of dbmate, which keeps no order but
-- that of the versions as text. identity, checksum, detail, path, state (applied, failed, undone,
-- forgotten or baseline), applied_at (text or NULL), in the order in which they were applied.
SELECT version::text, NULL, NULL, NULL, 'applied', NULL FROM $1.$2 ORDER BY version::text COLLATE "C";
