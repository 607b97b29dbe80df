-- For a superuser: what is read stays what it was when it was looked at, until the transaction ends.
LOCK TABLE lockgate.format, lockgate.migration, lockgate.batch IN ACCESS SHARE MODE;
