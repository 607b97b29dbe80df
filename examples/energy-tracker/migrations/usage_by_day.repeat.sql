-- Runs again whenever it changes.
DROP VIEW IF EXISTS usage_by_day;
CREATE VIEW usage_by_day AS
SELECT household, date(read_at) AS day, tariff, sum(watt_hours) AS watt_hours
FROM "EnergyLogs"
GROUP BY household, day, tariff;
