-- Behind a script: it may have become another user.
RESET SESSION AUTHORIZATION;
