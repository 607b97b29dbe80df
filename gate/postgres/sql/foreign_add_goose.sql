-- $1 schema, $2 table (identifiers, quoted), $3 version (text): it is applied, as goose records it.
INSERT INTO $1.$2 (version_id, is_applied) VALUES ($3::int8, true);
