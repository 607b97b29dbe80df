-- Behind a script: it may have taken another role.
RESET ROLE;
