-- Nothing of a check stays, not even a setting.
ROLLBACK TO SAVEPOINT lockgate_check;
