-- ?1 table (an identifier, quoted), ?2 name (text): knex has it no more.
DELETE FROM main.?1 WHERE name = ?2;
