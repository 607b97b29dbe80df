-- What a check does is undone up to here.
SAVEPOINT lockgate_check;
