-- ?1 table (an identifier, quoted), ?2 name (text): it is applied, as sequelize and Umzug record
-- it.
INSERT INTO main.?1 (name) VALUES (?2);
