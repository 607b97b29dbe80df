/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts at a character of UTF-8, so that what is printed stays text. */
static void format_into(char *text, size_t size, const char *format, va_list arguments)
{
	int needed = vsnprintf(text, size, format, arguments);
	size_t len;

	if (needed >= 0 && (size_t)needed < size)
		return;
	len = strlen(text);
	while (len > 0 && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
		len--;
	if (len > 0 && ((unsigned char)text[len - 1] & 0xc0) == 0xc0)
		len--;
	text[len] = '\0';
}

LG_PRINTF(3, 4) static void put(char *text, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	format_into(text, size, format, arguments);
	va_end(arguments);
}

enum lg_status lg_fail(struct lg_error *err, enum lg_status status, const char *format, ...)
{
	va_list arguments;

	*err = (struct lg_error){.status = status};
	va_start(arguments, format);
	format_into(err->text, sizeof(err->text), format, arguments);
	va_end(arguments);
	return status;
}

enum lg_status lg_fail_errno(struct lg_error *err, const char *format, ...)
{
	int reason = errno;
	va_list arguments;
	size_t len;

	*err = (struct lg_error){.status = LG_IO, .system_error = reason};
	va_start(arguments, format);
	format_into(err->text, sizeof(err->text), format, arguments);
	va_end(arguments);
	len = strlen(err->text);
	put(err->text + len, sizeof(err->text) - len, ": %s", strerrordesc_np(reason));
	return LG_IO;
}

enum lg_status lg_wrap(struct lg_error *err, const char *format, ...)
{
	struct lg_error inner = *err;
	va_list arguments;
	size_t len;

	va_start(arguments, format);
	format_into(err->text, sizeof(err->text), format, arguments);
	va_end(arguments);
	len = strlen(err->text);
	put(err->text + len, sizeof(err->text) - len, ": %s", inner.text);
	return err->status;
}

enum lg_status lg_place(struct lg_error *err, const char *file, uint32_t line, uint32_t column)
{
	if (err->file[0])
		return err->status;
	put(err->file, sizeof(err->file), "%s", file);
	err->line = line;
	err->column = column;
	return err->status;
}

enum lg_status lg_hint(struct lg_error *err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	format_into(err->hint, sizeof(err->hint), format, arguments);
	va_end(arguments);
	return err->status;
}

enum lg_status lg_about(struct lg_error *err, const char *version)
{
	if (!err->version[0])
		put(err->version, sizeof(err->version), "%s", version);
	return err->status;
}
