-- $1 schema, $2 table (identifiers, quoted), $3 version (text): sqlx has it no more.
DELETE FROM $1.$2 WHERE version = $3::int8;
