-- ?1 table (an identifier, quoted), ?2 name (text): it is applied, as sequelize and Umzug record it
-- with timestamps on.
INSERT INTO main.?1 (name, "createdAt", "updatedAt")
SELECT ?2, t.now, t.now FROM (SELECT strftime('%Y-%m-%d %H:%M:%f +00:00', 'now') AS now) AS t;
