-- Runs again whenever it changes. A revert leaves it as it is, so it must do without what a down
-- script takes away.
DROP VIEW IF EXISTS usage_by_day;
CREATE VIEW usage_by_day AS
SELECT household, date(read_at) AS day, sum(watt_hours) AS watt_hours
FROM "EnergyLogs"
GROUP BY household, day;
