-- ?1 id, ?2 finished_at, ?3 outcome (text): the run has ended.
UPDATE main.lockgate_batch SET finished_at = ?2, outcome = ?3 WHERE id = ?1;
