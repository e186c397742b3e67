/*
 * select(2) in terms of poll(2): see select.c.
 */
#ifndef SELECT_H
#define SELECT_H

#include <poll.h>
#include <sys/select.h>

/* The sets as pollfds, of which there is room for FD_SETSIZE. Returns how
   many there are, or -1 with errno. */
int select_to_poll(int nfds, const fd_set *readable, const fd_set *writable,
                   const fd_set *exceptional, struct pollfd *fds);

/* The answer of poll() as sets. Returns what select() does, or -1 with
   errno. */
int poll_to_select(const struct pollfd *fds, int count, fd_set *readable,
                   fd_set *writable, fd_set *exceptional);

/* -1, for ever, without a timeout */
int select_timeout_ms(const struct timeval *timeout);

#endif
