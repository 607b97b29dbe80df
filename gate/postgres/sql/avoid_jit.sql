-- Until the transaction ends, plans are not compiled: on an estimate that is too high that takes
-- half a second, for a statement of a few milliseconds.
SET LOCAL jit = off;
