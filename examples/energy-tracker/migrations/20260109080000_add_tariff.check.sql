-- Every query here must give no row, else the migration is rolled back.
SELECT id, read_at FROM "EnergyLogs"
WHERE tariff = 'day' AND (time(read_at) < '06:00' OR time(read_at) >= '22:00');
