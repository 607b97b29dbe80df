/* SPDX-License-Identifier: MIT */
/*
 * How lockgate applies and reverts on PostgreSQL (lockgate.1, POSTGRESQL), against everything that can
 * die. See README.md.
 *
 * Two runners each want the whole bundle: migration 0 in a transaction, migration 1 with
 * `transaction=off` and two statements, the first of which the catalogue can judge (an index that is
 * built concurrently), the second of which only a human can. One of them may revert what stands
 * instead. A third process waits for the schema, as `lockgate run --mode wait` does, and starts a
 * program.
 *
 * A runner and its backend are two things: the runner may die with a string on its way, and then the
 * backend goes on alone, or is ended. `deaths` bounds how often anything dies.
 *
 * Each knob below is a part of the protocol; `check` switches one off at a time and expects spin to
 * find what goes wrong.
 */
#ifndef LOCKS      /* 0: every try says yes, as behind a pooler that shares backends */
#define LOCKS 1
#endif
#ifndef KEY        /* 0: the history's row is not written first, under its primary key */
#define KEY 1
#endif
#ifndef FENCE      /* 0: no try-lock inside of the transaction */
#define FENCE 1
#endif
#ifndef BEFORE     /* 0: a statement is journaled when it is done, not before it begins */
#define BEFORE 1
#endif
#ifndef JUDGE      /* 0: a statement in doubt is taken for one that has not run */
#define JUDGE 1
#endif
#ifndef ONE        /* 0: the lock is another connection's, so it goes with the runner */
#define ONE 1
#endif
#ifndef TOGETHER   /* 0: a revert takes the row away in a transaction of its own */
#define TOGETHER 1
#endif
#ifndef STATE      /* 0: who waits looks for rows, not for what they say */
#define STATE 1
#endif
#ifndef JOURNALED  /* 0: only migration 0 is in the bundle */
#define JOURNALED 1
#endif
#ifndef REVERTS    /* 1: runner 1 reverts migration 0 once */
#define REVERTS 0
#endif
#ifndef DEATHS
#define DEATHS 2
#endif

#define BACKENDS 6
#define NOBODY 255
#define STATEMENTS 2

mtype = { absent, running, applied };

byte deaths = DEATHS;
byte backends = 0;           /* ever started */
byte lock = NOBODY;          /* the backend that holds the session's lock */
mtype row[2] = absent;       /* committed */
byte writer = NOBODY;        /* has row 0 in an open transaction */
byte effect = 0;             /* migration 0, committed */
byte done[STATEMENTS] = 0;   /* of migration 1: how often each statement took effect */
byte journaled = 0;          /* statements that the journal says are through */
byte begun = 0;              /* the one that it says was begun: 1, 2; 0: none */
bool asks = false;           /* the history waits for a human */
bool started = false;
byte reverts = REVERTS;
byte orphans = 0;            /* backends whose runner has gone */
byte over = 0;               /* runners that have ended */

#define IS_COMPLETE (row[0] == applied && (!JOURNALED || row[1] == applied))

inline free_lock(b) {
	atomic { if :: lock == b -> lock = NOBODY :: else fi }
}

/* BEGIN, fence, row, script, mark, COMMIT: one string, which the backend runs by itself. */
inline transaction(b) {
	if
	:: atomic { LOCKS && FENCE && lock != NOBODY && lock != b -> skip }
	:: else ->
		if
		:: !KEY -> skip
		:: KEY -> atomic { writer == NOBODY -> if :: row[0] == absent -> writer = b :: else fi }
		fi;
		if
		:: KEY && writer != b -> skip                     /* 23505: it is there already */
		:: else ->
			if
			:: atomic { deaths > 0 -> deaths--; if :: writer == b -> writer = NOBODY :: else fi }
			:: atomic {
				effect++; row[0] = applied;
				if :: writer == b -> writer = NOBODY :: else fi
			   }
			fi
		fi
	fi
}

/* The same the other way round. */
inline reversal(b) {
	if
	:: atomic { LOCKS && FENCE && lock != NOBODY && lock != b -> skip }
	:: else ->
		atomic { writer == NOBODY -> if :: row[0] == applied -> writer = b :: else fi };
		if
		:: writer != b -> skip
		:: else ->
			if
			:: atomic { deaths > 0 -> deaths--; writer = NOBODY }
			:: TOGETHER -> atomic { effect--; row[0] = absent; writer = NOBODY }
			:: !TOGETHER ->
				effect--;
				if
				:: atomic { deaths > 0 -> deaths--; writer = NOBODY }
				:: atomic { row[0] = absent; writer = NOBODY }
				fi
			fi
		fi
	fi
}

/* A backend whose runner is dead: what it was sent comes to its end, or it is ended. */
proctype orphan(byte b; byte what) {
	if
	:: what == 0 -> transaction(b)
	:: what == 1 || what == 2 ->
		if
		:: done[what - 1]++
		:: skip
		fi
	:: what == 3 -> reversal(b)
	fi;
	free_lock(b);
	orphans--
}

inline die(b, what) {
	atomic {
		deaths > 0 -> deaths--;
		if :: !ONE && lock == b -> lock = NOBODY :: else fi;
		orphans++;
		run orphan(b, what);
		goto again
	}
}

/* Statement `n` of migration 1, from 1. */
inline statement(b, n) {
	if
	:: BEFORE -> begun = n
	:: else
	fi;
	if
	:: die(b, n)
	:: done[n - 1]++
	fi;
	if
	:: atomic { deaths > 0 -> deaths--; free_lock(b); goto again }
	:: atomic { journaled = n; begun = 0 }
	fi
}

proctype runner(bool may_revert) {
	byte b;
again:
	atomic {
		if
		:: backends < BACKENDS -> b = backends; backends++
		:: else -> goto out
		fi
	}
	if
	:: LOCKS -> atomic { lock == NOBODY -> lock = b }
	:: !LOCKS -> skip
	fi;

	if
	:: may_revert && reverts > 0 && row[0] == applied && row[1] == absent ->
		atomic { reverts > 0 -> reverts-- };
		if
		:: die(b, 3)
		:: reversal(b)
		fi;
		free_lock(b);
		goto out
	:: else
	fi;

	if
	:: row[0] == applied -> skip
	:: else ->
		if
		:: die(b, 0)
		:: transaction(b)
		fi;
		if
		:: row[0] != applied -> free_lock(b); goto again
		:: else
		fi
	fi;

	do
	:: !JOURNALED || row[1] == applied || asks -> break
	:: else ->
		if
		:: row[1] == absent -> row[1] = running
		:: else
		fi;
		if
		:: begun == 1 && JUDGE ->                         /* the catalogue tells */
			atomic {
				if :: done[0] > 0 -> journaled = 1 :: else fi;
				begun = 0
			}
		:: begun == 2 && JUDGE -> asks = true; break       /* nobody can tell */
		:: else
		fi;
		if
		:: journaled == 0 -> statement(b, 1)
		:: else
		fi;
		if
		:: journaled == 1 -> statement(b, 2)
		:: else
		fi;
		row[1] = applied
	od;
	free_lock(b);
out:
	over++
}

/* `run --mode wait`: no lock, no writing. */
proctype waiter() {
end:	/* it waits for as long as it must */
	if
	:: STATE && IS_COMPLETE
	:: !STATE && (row[0] != absent && (!JOURNALED || row[1] != absent))
	fi;
	started = true;
	assert(REVERTS || (effect == 1 && (!JOURNALED || (done[0] == 1 && done[1] == 1))))
}

init {
	atomic { run runner(false); run runner(true); run waiter() };
	/* Both have come to an end, and nothing they left behind is at work. */
	(over == 2 && orphans == 0);
	assert(backends == BACKENDS || asks || IS_COMPLETE || REVERTS)
}

ltl once { [] (effect <= 1 && done[0] <= 1 && done[1] <= 1) }
ltl truthful {
	[] ((row[0] == applied) -> (effect == 1)) &&
	[] ((row[0] == absent) -> (effect == 0)) &&
	[] ((row[1] == applied) -> (done[0] == 1 && done[1] == 1)) &&
	[] ((row[1] == absent) -> (done[0] == 0 && done[1] == 0))
}
