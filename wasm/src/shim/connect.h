/*
 * How libcurl waits for a connection inside a call: see connect.c.
 */
#ifndef CONNECT_H
#define CONNECT_H

#include "../glue.h"
#include <poll.h>

/* poll(2) while libcurl waits for a connection. */
int connect_poll(struct pollfd *fds, unsigned int count, int timeout_ms);

#endif
