INSERT INTO "DailySchedules" (id, household, day, device, starts_at, ends_at)
VALUES (1, 'demo', '2026-01-10', 'heat pump', '05:00', '07:30');
INSERT INTO "EnergyLogs" (schedule_id, household, read_at, watt_hours, tariff)
VALUES (1, 'demo', '2026-01-10 05:30:00', 740, 'night'), (1, 'demo', '2026-01-10 07:00:00', 910, 'day');
