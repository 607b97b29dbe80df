-- ?1 table (an identifier, quoted), ?2 name, ?3 batch (text): it is applied, as knex records it.
INSERT INTO main.?1 (name, batch, migration_time)
VALUES (?2, CAST(?3 AS INTEGER), CAST(strftime('%s', 'now') AS INTEGER) * 1000);
