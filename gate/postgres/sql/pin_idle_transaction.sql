-- A timeout that ends the session would give up the lock.
SET idle_in_transaction_session_timeout = 0;
