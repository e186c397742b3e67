/*
 * select(2), made of poll(2).
 */
#include <errno.h>
#include <limits.h>
#include <stddef.h>

#include "select.h"

static int is_in(int fd, const fd_set *set)
{
  return set && FD_ISSET(fd, set);
}

int select_to_poll(int nfds, const fd_set *readable, const fd_set *writable,
                   const fd_set *exceptional, struct pollfd *fds)
{
  int count = 0;
  int fd;
  if(nfds < 0 || nfds > FD_SETSIZE) {
    errno = EINVAL;
    return -1;
  }
  for(fd = 0; fd < nfds; fd++) {
    int events = (is_in(fd, readable) ? POLLIN : 0) |
                 (is_in(fd, writable) ? POLLOUT : 0) |
                 (is_in(fd, exceptional) ? POLLPRI : 0);
    if(events) {
      fds[count].fd = fd;
      fds[count].events = (short)events;
      fds[count].revents = 0;
      count++;
    }
  }
  return count;
}

/* Returns 1 if the caller asked for the events 'asked' and one of 'is' has
   occurred. If it asked and none has, removes the descriptor from the set. */
static int answer(const struct pollfd *fd, int asked, int is, fd_set *set)
{
  if(!(fd->events & asked))
    return 0;
  if(fd->revents & is)
    return 1;
  FD_CLR(fd->fd, set);
  return 0;
}

int poll_to_select(const struct pollfd *fds, int count, fd_set *readable,
                   fd_set *writable, fd_set *exceptional)
{
  int ready = 0;
  int i;
  for(i = 0; i < count; i++) {
    if(fds[i].revents & POLLNVAL) {
      errno = EBADF;
      return -1;
    }
    ready += answer(&fds[i], POLLIN, POLLIN | POLLHUP | POLLERR, readable);
    ready += answer(&fds[i], POLLOUT, POLLOUT | POLLERR, writable);
    ready += answer(&fds[i], POLLPRI, POLLPRI, exceptional);
  }
  return ready;
}

int select_timeout_ms(const struct timeval *timeout)
{
  double ms;
  if(!timeout)
    return -1;
  if(timeout->tv_sec < 0 || timeout->tv_usec < 0)
    return 0; /* poll() would wait for ever */
  /* rounded up: a caller would spin if this returned early */
  ms = (double)timeout->tv_sec * 1000 + (double)(timeout->tv_usec + 999) / 1000;
  return ms > INT_MAX ? INT_MAX : (int)ms;
}

int __wrap_select(int nfds, fd_set *readable, fd_set *writable,
                  fd_set *exceptional, struct timeval *timeout);
int __wrap_select(int nfds, fd_set *readable, fd_set *writable,
                  fd_set *exceptional, struct timeval *timeout)
{
  struct pollfd fds[FD_SETSIZE];
  int count = select_to_poll(nfds, readable, writable, exceptional, fds);
  if(count < 0)
    return -1;
  if(poll(fds, (nfds_t)count, select_timeout_ms(timeout)) < 0)
    return -1;
  return poll_to_select(fds, count, readable, writable, exceptional);
}
