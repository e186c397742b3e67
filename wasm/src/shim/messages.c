/*
 * sendmsg(2), recvmsg(2) and recvmmsg(2) of datagram sockets, for QUIC: made
 * of sendto and recvfrom of the host, which are no more than a call of a
 * function. There is no ancillary data.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "../glue.h"

/* as in syscalls.c */
SHIM(sendto) long shim_sendto(long fd, long buf, long length, long flags,
                              long address, long address_length);
SHIM(recvfrom) long shim_recvfrom(long fd, long buf, long length, long flags,
                                  long address, long address_length);

static long fail(long result)
{
  errno = (int)-result;
  return -1;
}

/* A message is one piece of memory here, as in libcurl. */
static const struct iovec *only_piece(const struct msghdr *msg)
{
  return msg->msg_iovlen == 1 ? msg->msg_iov : NULL;
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *msg, int flags);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *msg, int flags)
{
  const struct iovec *piece = only_piece(msg);
  long sent = !piece || msg->msg_controllen ? -EINVAL :
    shim_sendto(fd, (long)piece->iov_base, (long)piece->iov_len, flags,
                (long)msg->msg_name, (long)msg->msg_namelen);
  return sent < 0 ? fail(sent) : sent;
}

/* Returns the length of the datagram, or a negative errno. */
static long receive(int fd, struct msghdr *msg, int flags)
{
  const struct iovec *piece = only_piece(msg);
  long length = !piece ? -EINVAL :
    shim_recvfrom(fd, (long)piece->iov_base, (long)piece->iov_len, flags,
                  (long)msg->msg_name, (long)&msg->msg_namelen);
  msg->msg_controllen = 0;
  msg->msg_flags = 0;
  return length;
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags)
{
  long length = receive(fd, msg, flags);
  return length < 0 ? fail(length) : length;
}

/* As many datagrams as have arrived; an error only if there is none. */
int __wrap_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count,
                    unsigned int flags, struct timespec *timeout);
int __wrap_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count,
                    unsigned int flags, struct timespec *timeout)
{
  unsigned int i;
  (void)timeout;
  for(i = 0; i < count; i++) {
    long length = receive(fd, &messages[i].msg_hdr, (int)flags);
    if(length < 0)
      return i ? (int)i : (int)fail(length);
    messages[i].msg_len = (unsigned int)length;
  }
  return (int)i;
}
