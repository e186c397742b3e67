/*
 * Where libcurl waits for a connection inside of a call: see connect.c.
 */
#ifndef CONNECT_H
#define CONNECT_H

#include "../glue.h"
#include <poll.h>

/* poll(2) in the middle of that. */
int connect_poll(struct pollfd *fds, unsigned int count, int timeout_ms);

#endif
