-- Behind a script: plans may hold what it has changed.
DISCARD PLANS;
