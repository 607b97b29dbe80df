/* SPDX-License-Identifier: MIT */
#include "bundles/body.h"

#include <assert.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "bundles/limits.h"

/* Doubling begins here. */
enum { FIRST_ROOM_BYTES = 64 * 1024 };

struct body_store {
	char *memory; /* NULL once the bytes are in the file */
	size_t room;
	uint64_t size;
	int fd; /* -1 while the bytes are in memory */
};

struct body_store *body_store_new(void)
{
	struct body_store *store = lg_calloc(1, sizeof(*store));

	store->fd = -1;
	return store;
}

void body_store_free(struct body_store *store)
{
	if (!store)
		return;
	lg_fd_drop(&store->fd);
	free(store->memory);
	free(store);
}

uint64_t body_store_size(const struct body_store *store)
{
	return store->size;
}

static enum lg_status move_into_file(struct body_store *store, struct lg_error *err)
{
	LG_CLEANUP(lg_fd_drop) int fd = -1;

	if (lg_file_nameless(&fd, err))
		return err->status;
	if (lg_fd_write(fd, store->memory, store->size, err))
		return lg_wrap(err, "temporary file for scripts");
	store->fd = fd;
	fd = -1;
	free(LG_TAKE(store->memory));
	store->room = 0;
	return LG_OK;
}

static void make_room(struct body_store *store, size_t needed)
{
	size_t room = store->room ? store->room : FIRST_ROOM_BYTES;

	while (room < needed)
		room *= 2;
	if (room == store->room)
		return;
	store->memory = lg_realloc(store->memory, room);
	store->room = room;
}

enum lg_status body_store_add(
	struct body_store *store, const void *bytes, size_t len, struct lg_error *err)
{
	if (len == 0)
		return LG_OK;
	if (store->fd < 0 && len > BUNDLE_MEMORY_BYTES - store->size && move_into_file(store, err))
		return err->status;

	if (store->fd >= 0) {
		if (lg_fd_write(store->fd, bytes, len, err))
			return lg_wrap(err, "temporary file for scripts");
	} else {
		make_room(store, store->size + len);
		memcpy(store->memory + store->size, bytes, len);
	}
	store->size += len;
	return LG_OK;
}

static size_t page_bytes(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static enum lg_status map_range(struct body_view *view, const struct body_store *store,
	uint64_t offset, uint64_t size, struct lg_error *err)
{
	size_t lead = (size_t)(offset % page_bytes());
	void *mapping =
		mmap(NULL, lead + size, PROT_READ, MAP_PRIVATE, store->fd, (off_t)(offset - lead));

	if (mapping == MAP_FAILED)
		return lg_fail_errno(err, "cannot map the temporary file for scripts");
	*view = (struct body_view){
		.text = (const char *)mapping + lead,
		.len = size,
		.mapping = mapping,
		.mapping_bytes = lead + size,
	};
	return LG_OK;
}

enum lg_status body_view_open(struct body_view *view, const struct body_store *store,
	uint64_t offset, uint64_t size, struct lg_error *err)
{
	assert(offset <= store->size && size <= store->size - offset);

	if (size > 0 && store->fd >= 0)
		return map_range(view, store, offset, size, err);
	*view = body_view_of_text(size > 0 ? store->memory + offset : "", size);
	return LG_OK;
}

struct body_view body_view_of_text(const char *text, size_t len)
{
	return (struct body_view){.text = text, .len = len};
}

void body_view_forget(struct body_view *view, size_t offset)
{
	size_t lead;
	size_t end;

	if (!view->mapping)
		return;
	lead = view->mapping_bytes - view->len;
	end = (lead + offset) / page_bytes() * page_bytes();
	if (end <= view->forgotten)
		return;
	/* Advice only: when the kernel keeps the pages, nothing is wrong but the memory. */
	(void)madvise(
		(char *)view->mapping + view->forgotten, end - view->forgotten, MADV_DONTNEED);
	view->forgotten = end;
}

void body_view_rewind(struct body_view *view, size_t offset)
{
	size_t lead = view->mapping_bytes - view->len;

	if (view->mapping)
		view->forgotten = (lead + offset) / page_bytes() * page_bytes();
}

void body_view_close(struct body_view *view)
{
	if (view->mapping)
		(void)munmap(view->mapping, view->mapping_bytes);
	*view = body_view_of_text("", 0);
}
