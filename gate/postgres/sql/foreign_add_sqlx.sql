-- $1 schema, $2 table (identifiers, quoted), $3 version (text), $4 checksum (text in base16; on
-- SQLite its bytes), $5 description (text): it is applied, as sqlx records it.
INSERT INTO $1.$2 (version, description, success, checksum, execution_time)
VALUES ($3::int8, $5, true, decode($4, 'hex'), 0);
