-- $1 schema, $2 table (identifiers, quoted), $3 version (text): it is applied, as dbmate records
-- it.
INSERT INTO $1.$2 (version) VALUES ($3);
