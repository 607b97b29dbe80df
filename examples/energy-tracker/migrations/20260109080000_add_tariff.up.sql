ALTER TABLE "EnergyLogs" ADD COLUMN tariff TEXT NOT NULL DEFAULT 'day';
UPDATE "EnergyLogs" SET tariff = 'night' WHERE time(read_at) < '06:00' OR time(read_at) >= '22:00';
