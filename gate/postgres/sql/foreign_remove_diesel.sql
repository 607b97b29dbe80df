-- $1 schema, $2 table (identifiers, quoted), $3 version (text): Diesel has it no more.
DELETE FROM $1.$2 WHERE version = $3;
