/* SPDX-License-Identifier: MIT */
/*
 * How lockgate applies on SQLite (lockgate.1, SQLITE), against runners that die. See README.md.
 *
 * Two runners each want the whole bundle: migration 0 in a transaction, migration 1 with
 * `transaction=off` and two statements: one that shares a transaction with its line in the journal,
 * and one that no transaction can hold (VACUUM), which may run twice without harm.
 *
 * A transaction that a dead runner leaves open is rolled back by whoever opens the file next; the
 * file lock goes with the process. The knobs are parts of the protocol, as in postgres.pml.
 */
#ifndef LOCKS      /* 0: the lock beside the file says yes to everyone, as on some network file systems */
#define LOCKS 1
#endif
#ifndef IMMEDIATE  /* 0: the transaction takes the right to write only with its first write */
#define IMMEDIATE 1
#endif
#ifndef AGAIN      /* 0: the history is not read again inside of the transaction */
#define AGAIN 1
#endif
#ifndef TOGETHER   /* 0: the journal's line is a transaction of its own */
#define TOGETHER 1
#endif
#ifndef DEATHS
#define DEATHS 2
#endif

#define RUNS 6
#define NOBODY 255

byte deaths = DEATHS;
byte runs = 0;
byte lock = NOBODY;
byte writer = NOBODY;     /* has the database's right to write */
bool applied[2] = false;
byte effect = 0;          /* of migration 0 */
byte done = 0;            /* of the first statement of migration 1 */
byte journaled = 0;
byte over = 0;

inline free_all(r) {
	atomic {
		if :: lock == r -> lock = NOBODY :: else fi;
		if :: writer == r -> writer = NOBODY :: else fi
	}
}

inline may_die(r) {
	if
	:: atomic { deaths > 0 -> deaths--; free_all(r); goto again }
	:: skip
	fi
}

/* What was seen before the transaction is `seen`; with AGAIN it counts no more. */
proctype runner() {
	byte r;
	bool seen;
	byte seen_journal;
again:
	atomic {
		if
		:: runs < RUNS -> r = runs; runs++
		:: else -> goto out
		fi
	}
	if
	:: LOCKS -> atomic { lock == NOBODY -> lock = r }
	:: !LOCKS -> skip
	fi;
	may_die(r);

	seen = applied[0];
	if
	:: IMMEDIATE -> atomic { writer == NOBODY -> writer = r }
	:: !IMMEDIATE -> skip
	fi;
	if
	:: AGAIN -> seen = applied[0]
	:: else
	fi;
	may_die(r);
	if
	:: !seen -> atomic { effect++; applied[0] = true }
	:: else
	fi;
	atomic { if :: writer == r -> writer = NOBODY :: else fi };
	may_die(r);

	do
	:: applied[1] -> break
	:: else ->
		seen_journal = journaled;
		if
		:: seen_journal == 0 ->
			atomic { writer == NOBODY -> writer = r };
			if
			:: AGAIN -> seen_journal = journaled
			:: else
			fi;
			may_die(r);
			if
			:: seen_journal > 0 -> skip
			:: seen_journal == 0 && TOGETHER -> atomic { done++; journaled = 1 }
			:: seen_journal == 0 && !TOGETHER ->
				done++;
				may_die(r);
				journaled = 1
			fi;
			atomic { writer = NOBODY };
			may_die(r)
		:: else ->
			/* VACUUM, then its line: twice does no harm. */
			may_die(r);
			atomic { writer == NOBODY -> writer = r };
			journaled = 2;
			applied[1] = true;
			atomic { writer = NOBODY }
		fi
	od;
	free_all(r);
out:
	over++
}

init {
	atomic { run runner(); run runner() };
	over == 2;
	assert(runs == RUNS || (applied[0] && applied[1]))
}

ltl once { [] (effect <= 1 && done <= 1) }
ltl truthful {
	[] (applied[0] -> effect == 1) && [] (!applied[0] -> effect == 0) && [] (applied[1] -> done == 1)
}
