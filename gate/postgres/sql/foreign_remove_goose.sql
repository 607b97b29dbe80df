-- $1 schema, $2 table (identifiers, quoted), $3 version (text): goose has it no more.
DELETE FROM $1.$2 WHERE version_id = $3::int8;
