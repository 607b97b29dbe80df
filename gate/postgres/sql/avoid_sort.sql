-- Until the transaction ends, rows come in the order of an index: sorting five thousand of them
-- takes longer than all the rest of summarize.sql, and a table without statistics would be sorted.
SET LOCAL enable_sort = off;
