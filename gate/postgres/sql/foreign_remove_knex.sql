-- $1 schema, $2 table (identifiers, quoted), $3 name (text): knex has it no more.
DELETE FROM $1.$2 WHERE name = $3;
