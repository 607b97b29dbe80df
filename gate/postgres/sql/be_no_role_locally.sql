-- No role but the user's own, until the transaction ends.
SET LOCAL ROLE NONE;
