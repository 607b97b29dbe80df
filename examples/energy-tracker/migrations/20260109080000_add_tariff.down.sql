ALTER TABLE "EnergyLogs" DROP COLUMN tariff;
