/*
 * The replacements of blocking calls in the sources of a program: see
 * blocking.c.
 */
#ifndef BLOCKING_H
#define BLOCKING_H

#include <poll.h>
#include <stdio.h>
#include <sys/types.h>

#define TOOL(name) \
  __attribute__((import_module("tool"), import_name(#name)))

/* poll(2) that suspends. */
TOOL(poll) int ts_poll(struct pollfd *fds, unsigned int count,
                       int timeout_ms);

int tool_wait_ms(long long ms);
size_t tool_fread(void *buffer, size_t size, size_t n, FILE *file);
char *tool_fgets(char *line, int size, FILE *file);
ssize_t tool_read_upload(int fd, void *buffer, size_t size);
ssize_t tool_read_tty(int fd, void *buffer, size_t size);

#endif
