-- What each household plans for a day: which device runs when.
CREATE TABLE "DailySchedules" (
	id INTEGER PRIMARY KEY,
	household TEXT NOT NULL,
	day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
	device TEXT NOT NULL,
	starts_at TEXT NOT NULL,
	ends_at TEXT NOT NULL,
	UNIQUE (household, day, device, starts_at)
);
