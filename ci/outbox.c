/* SPDX-License-Identifier: MIT */
#include "ci/outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "base/mem.h"
#include "ci/outbox_folder.h"

/* Makes every folder of `path` that is not there, for nobody else to look into. */
static bool make_folders(const char *path)
{
	LG_FREE_BY_SCOPE char *part = lg_strdup(path);

	for (char *at = part + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		if (mkdir(part, 0700) && errno != EEXIST)
			return false;
		*at = '/';
	}
	return mkdir(part, 0700) == 0 || errno == EEXIST;
}

static int open_folder(int parent, const char *name)
{
	if (mkdirat(parent, name, 0700) && errno != EEXIST)
		return -1;
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Nobody else may put messages in: what is found there is sent with our tokens. */
static bool is_ours(int folder)
{
	struct stat found;

	return fstat(folder, &found) == 0 && found.st_uid == geteuid() &&
	       !(found.st_mode & (S_IWGRP | S_IWOTH));
}

static void open_folders(struct outbox *outbox, const char *folder)
{
	LG_CLEANUP(lg_fd_drop) int root = -1;

	if (make_folders(folder))
		root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root >= 0 && !is_ours(root)) {
		(void)snprintf(outbox->problem, sizeof(outbox->problem),
			"others may write to '%.300s', so it is not used", folder);
		return;
	}
	outbox->pending = root < 0 ? -1 : open_folder(root, "pending");
	outbox->dead = outbox->pending < 0 ? -1 : open_folder(root, "dead");
	if (outbox->dead >= 0 && faccessat(root, "pending", W_OK, AT_EACCESS) == 0)
		return;
	(void)snprintf(outbox->problem, sizeof(outbox->problem), "cannot write to '%.300s': %s",
		folder, strerror(errno));
	lg_fd_drop(&outbox->pending);
	lg_fd_drop(&outbox->dead);
	outbox->pending = outbox->dead = -1;
}

void outbox_open(struct outbox *outbox, const char *folder)
{
	*outbox = (struct outbox){.pending = -1, .dead = -1, .folder = lg_strdup(folder)};
	open_folders(outbox, folder);
}

void outbox_look(struct outbox *outbox, const char *folder)
{
	LG_CLEANUP(lg_fd_drop) int root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	static const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

	*outbox = (struct outbox){.pending = -1, .dead = -1, .folder = lg_strdup(folder)};
	if (root >= 0) {
		outbox->pending = openat(root, "pending", flags);
		outbox->dead = openat(root, "dead", flags);
	}
	if (outbox->dead >= 0 && outbox->pending >= 0)
		return;
	if (errno != ENOENT)
		(void)snprintf(outbox->problem, sizeof(outbox->problem), "cannot read '%.300s': %s",
			folder, strerror(errno));
	lg_fd_drop(&outbox->pending);
	lg_fd_drop(&outbox->dead);
	outbox->pending = outbox->dead = -1;
}

void outbox_release(struct outbox *outbox)
{
	lg_fd_drop(&outbox->pending);
	lg_fd_drop(&outbox->dead);
	free(outbox->folder);
	*outbox = (struct outbox){.pending = -1, .dead = -1};
}

/* An older message of the same state says nothing any more. One that somebody sends stays. */
static void supersede(struct outbox *outbox, const struct ci_delivery *delivery)
{
	LG_CLEANUP(outbox_names_release) struct outbox_names names = {0};
	struct lg_error ignored = {0};

	if (!delivery->sink->is_state || outbox_names_read(outbox->pending, &names, &ignored))
		return;
	for (size_t i = 0; i < names.count; i++) {
		LG_CLEANUP(ci_delivery_release) struct ci_delivery other;

		ci_delivery_init(&other);
		if (strcmp(names.items[i], delivery->name) < 0 &&
			outbox_claim(outbox->pending, names.items[i], &other, &ignored) == LG_OK &&
			other.sink == delivery->sink &&
			strcmp(other.message.key, delivery->message.key) == 0)
			outbox_remove(outbox, &other);
	}
}

/* True of a file that is too much: by number, or by the bytes of it and all newer ones. */
static bool is_over(const struct outbox_names *names, size_t index, uint64_t bytes)
{
	return names->count - index > OUTBOX_FILES_MAX || bytes > OUTBOX_BYTES_MAX;
}

/* The oldest dead ones go for good. */
static void trim_dead(struct outbox *outbox)
{
	LG_CLEANUP(outbox_names_release) struct outbox_names names = {0};
	struct lg_error ignored = {0};
	uint64_t bytes;

	if (outbox_names_read(outbox->dead, &names, &ignored))
		return;
	bytes = names.bytes;
	for (size_t i = 0; i < names.count && is_over(&names, i, bytes); i++) {
		bytes -= names.sizes[i];
		if (unlinkat(outbox->dead, names.items[i], 0) == 0)
			outbox->overflow++;
	}
}

/* The oldest go, to dead/, so that what is new has room; but not one that somebody sends. */
static void make_room(struct outbox *outbox)
{
	LG_CLEANUP(outbox_names_release) struct outbox_names names = {0};
	struct lg_error why = {0};
	uint64_t bytes;

	if (outbox_names_read(outbox->pending, &names, &why))
		return;
	bytes = names.bytes;
	for (size_t i = 0; i < names.count && is_over(&names, i, bytes); i++) {
		LG_CLEANUP(ci_delivery_release) struct ci_delivery item;

		ci_delivery_init(&item);
		bytes -= names.sizes[i];
		if (outbox_claim(outbox->pending, names.items[i], &item, &why) == LG_LOCKED ||
			renameat(outbox->pending, names.items[i], outbox->dead, names.items[i]))
			continue;
		outbox->overflow++;
	}
	if (outbox->overflow)
		trim_dead(outbox);
}

/* What is new is there before anything old goes. */
enum lg_status outbox_put(struct outbox *outbox, struct ci_delivery *delivery, struct lg_error *err)
{
	if (outbox->pending < 0)
		return LG_OK;
	delivery->name = lg_format("%s.%s.json", delivery->message.id, delivery->sink->name);
	lg_fault("outbox put");
	if (outbox_write(outbox->pending, delivery, err)) {
		free(delivery->name);
		delivery->name = NULL;
		return lg_wrap(err, "outbox '%s'", outbox->folder);
	}
	supersede(outbox, delivery);
	make_room(outbox);
	return LG_OK;
}

void outbox_note(struct outbox *outbox, struct ci_delivery *delivery)
{
	struct lg_error ignored = {0};

	if (delivery->name)
		lg_ignore(outbox_write(outbox->pending, delivery, &ignored));
}

void outbox_remove(struct outbox *outbox, struct ci_delivery *delivery)
{
	if (!delivery->name)
		return;
	lg_fault("outbox remove");
	(void)unlinkat(outbox->pending, delivery->name, 0);
	(void)fsync(outbox->pending);
	lg_fd_drop(&delivery->claim);
	delivery->claim = -1;
}

void outbox_bury(struct outbox *outbox, struct ci_delivery *delivery)
{
	if (!delivery->name)
		return;
	outbox_note(outbox, delivery);
	(void)renameat(outbox->pending, delivery->name, outbox->dead, delivery->name);
	(void)fsync(outbox->dead);
	(void)fsync(outbox->pending);
	lg_fd_drop(&delivery->claim);
	delivery->claim = -1;
	trim_dead(outbox);
}

void ci_deliveries_release(struct ci_deliveries *deliveries)
{
	for (size_t i = 0; i < deliveries->count; i++)
		ci_delivery_release(&deliveries->items[i]);
	free(deliveries->items);
	*deliveries = (struct ci_deliveries){0};
}

static struct ci_delivery *add_delivery(struct ci_deliveries *deliveries)
{
	deliveries->items =
		lg_grow(deliveries->items, deliveries->count, sizeof(*deliveries->items));
	ci_delivery_init(&deliveries->items[deliveries->count]);
	return &deliveries->items[deliveries->count++];
}

/* What is no message of ours, or somebody is at, is passed by. */
static void claim_one(int folder, const char *name, struct ci_deliveries *out)
{
	struct ci_delivery *item = add_delivery(out);
	struct lg_error ignored = {0};

	if (outbox_claim(folder, name, item, &ignored) == LG_OK)
		return;
	ci_delivery_release(item);
	out->count--;
}

enum lg_status outbox_claim_some(struct outbox *outbox, const char *after, size_t most,
	struct ci_deliveries *out, struct lg_error *err)
{
	LG_CLEANUP(outbox_names_release) struct outbox_names names = {0};

	if (outbox->pending < 0)
		return LG_OK;
	if (!after)
		outbox_tidy(outbox->pending);
	if (outbox_names_read(outbox->pending, &names, err))
		return err->status;
	most += out->count;
	for (size_t i = 0; i < names.count && out->count < most; i++)
		if (!after || strcmp(names.items[i], after) > 0)
			claim_one(outbox->pending, names.items[i], out);
	return LG_OK;
}

/* Those that somebody is at are listed too; none stays claimed. */
static enum lg_status list_folder(
	int folder, bool is_dead, struct ci_deliveries *out, struct lg_error *err)
{
	LG_CLEANUP(outbox_names_release) struct outbox_names names = {0};

	if (outbox_names_read(folder, &names, err))
		return err->status;
	for (size_t i = 0; i < names.count; i++) {
		struct ci_delivery *item = add_delivery(out);
		struct lg_error why = {0};
		enum lg_status status = outbox_claim(folder, names.items[i], item, &why);

		item->is_dead = is_dead;
		lg_fd_drop(&item->claim);
		item->claim = -1;
		if (status == LG_OK || status == LG_LOCKED)
			continue;
		ci_delivery_release(item);
		out->count--;
	}
	return LG_OK;
}

enum lg_status outbox_list(struct outbox *outbox, struct ci_deliveries *out, struct lg_error *err)
{
	if (outbox->pending < 0)
		return LG_OK;
	if (list_folder(outbox->pending, false, out, err))
		return err->status;
	return list_folder(outbox->dead, true, out, err);
}

/* Also what no lockgate can read goes, for that is what people call this for. */
static enum lg_status drop_from(int folder, const char *id, size_t *out_count, struct lg_error *err)
{
	LG_CLEANUP(outbox_names_release) struct outbox_names names = {0};

	if (outbox_names_read(folder, &names, err))
		return err->status;
	for (size_t i = 0; i < names.count; i++) {
		LG_CLEANUP(ci_delivery_release) struct ci_delivery item;
		struct lg_error why = {0};

		ci_delivery_init(&item);
		if (id && (strncmp(names.items[i], id, strlen(id)) != 0 ||
				  names.items[i][strlen(id)] != '.'))
			continue;
		if (outbox_claim(folder, names.items[i], &item, &why) == LG_LOCKED)
			continue;
		if (unlinkat(folder, names.items[i], 0) == 0)
			(*out_count)++;
	}
	return LG_OK;
}

enum lg_status outbox_drop(
	struct outbox *outbox, const char *id, size_t *out_count, struct lg_error *err)
{
	*out_count = 0;
	if (outbox->pending < 0)
		return LG_OK;
	if (drop_from(outbox->pending, id, out_count, err))
		return err->status;
	return drop_from(outbox->dead, id, out_count, err);
}
