DROP TABLE "DailySchedules";
