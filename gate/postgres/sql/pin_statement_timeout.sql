-- What lockgate itself does may take its time.
SET statement_timeout = 0;
