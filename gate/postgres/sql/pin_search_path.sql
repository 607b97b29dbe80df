-- Nothing planted in another schema is found before what is meant, until the transaction ends.
SET LOCAL search_path = pg_catalog, pg_temp;
