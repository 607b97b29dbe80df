/* SPDX-License-Identifier: MIT */
#ifndef LOCKGATE_PLUGIN_LIVE_H
#define LOCKGATE_PLUGIN_LIVE_H

/*
 * One line at the end of what a terminal shows, redrawn in place: what lasts, and how long it has
 * lasted. Sessions are synchronous, so a thread draws it. That thread starts with the first thing
 * that is shown, draws nothing that ends within LIVE_PATIENCE_MS, takes no signal, and touches
 * nothing but this struct and the terminal.
 *
 * The cursor is never hidden, and nothing but this line is erased. Whatever else is printed comes
 * between live_pause() and live_resume().
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	LIVE_PATIENCE_MS = 300,
	LIVE_REDRAW_MS = 200,
	LIVE_TEXT_BYTES = 1024,
	LIVE_DETAIL_BYTES = 128
};

struct live {
	bool has_thread;
	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t changed;
	bool is_ending;
	bool is_drawn;              /* it stands on the terminal */
	char text[LIVE_TEXT_BYTES]; /* "": nothing lasts */
	char detail[LIVE_DETAIL_BYTES];
	int64_t topic;
	int64_t since_us;
};

/* True if stderr is a terminal that knows how to erase a line. */
bool live_is_possible(void);

void live_init(struct live *live);

/*
 * Shows `text`, `detail` and how long it has lasted. Both are UTF-8 without hidden characters and
 * line ends; it is the text that is cut where they do not fit. The clock begins when `topic` is
 * another one than before.
 */
void live_show(struct live *live, int64_t topic, const char *text, const char *detail);

/* Nothing lasts any more: the line goes. NULL is allowed, here and below. */
void live_clear(struct live *live);

/* Takes the line away while something else is printed, and puts it back. */
void live_pause(struct live *live);
void live_resume(struct live *live);

/* Ends the thread and erases the line; live_show() may start anew. */
void live_stop(struct live *live);

/*
 * The line for a terminal of `width` columns, in `out`. Returns its bytes; 0 where there is no room
 * for anything. Pure.
 */
enum { LIVE_LINE_BYTES = LIVE_TEXT_BYTES + LIVE_DETAIL_BYTES + 64 };
size_t live_compose(const char *text, const char *detail, int64_t elapsed_us, unsigned int width,
	char out[LIVE_LINE_BYTES]);

#endif
