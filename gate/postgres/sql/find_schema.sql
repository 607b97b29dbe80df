-- One row with 1 if the history's schema is there, else none: who may not make schemas needs not.
SELECT 1 FROM pg_namespace WHERE nspname = 'lockgate';
