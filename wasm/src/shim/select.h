/*
 * select(2), made of poll(2): see select.c.
 */
#ifndef SELECT_H
#define SELECT_H

#include <poll.h>
#include <sys/select.h>

/* Writes the sets as pollfds. 'fds' has room for FD_SETSIZE. Returns how many
   there are, or -1 with errno. */
int select_to_poll(int nfds, const fd_set *readable, const fd_set *writable,
                   const fd_set *exceptional, struct pollfd *fds);

/* Leaves in the sets what poll() has found. Returns what select() does, or -1
   with errno. */
int poll_to_select(const struct pollfd *fds, int count, fd_set *readable,
                   fd_set *writable, fd_set *exceptional);

/* Returns the timeout for poll(): -1, which means for ever, for NULL. */
int select_timeout_ms(const struct timeval *timeout);

#endif
