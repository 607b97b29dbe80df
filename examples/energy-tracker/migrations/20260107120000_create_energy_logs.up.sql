-- What was really used, a row for each reading of a meter.
CREATE TABLE "EnergyLogs" (
	id INTEGER PRIMARY KEY,
	schedule_id INTEGER REFERENCES "DailySchedules" (id),
	household TEXT NOT NULL,
	read_at TEXT NOT NULL,
	watt_hours INTEGER NOT NULL
);
CREATE INDEX "EnergyLogs_by_household" ON "EnergyLogs" (household, read_at);

-- A meter never counts backwards.
CREATE TRIGGER "EnergyLogs_refuse_negative" BEFORE INSERT ON "EnergyLogs"
WHEN NEW.watt_hours < 0
BEGIN
	SELECT RAISE(ABORT, 'watt_hours is negative');
END;
