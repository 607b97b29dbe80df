-- Behind a script: every setting is again what it was when the session began.
RESET ALL;
