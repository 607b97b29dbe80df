-- $1 schema, $2 table (identifiers, quoted), $3 name (text): it is applied, as sequelize and Umzug
-- record it with timestamps on.
INSERT INTO $1.$2 (name, "createdAt", "updatedAt") VALUES ($3, now(), now());
