DROP TABLE "EnergyLogs";
