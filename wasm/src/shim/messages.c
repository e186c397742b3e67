/*
 * sendmsg(2), recvmsg(2) and recvmmsg(2) of datagram sockets, for QUIC. There
 * is no ancillary data. The host receives many datagrams in one call, because
 * to call it costs a third of what a datagram does (TypeScript side:
 * shim/sockets/syscalls.ts).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "../glue.h"

/* as in syscalls.c */
SHIM(sendto) long shim_sendto(long fd, long buf, long length, long flags,
                              long address, long address_length);
SHIM(recvfrom) long shim_recvfrom(long fd, long buf, long length, long flags,
                                  long address, long address_length);

/* Receives datagrams of one sender, each into a piece, whose length becomes
   that of the datagram. Returns how many. */
SHIM(recvmmsg) long shim_recvmmsg(long fd, struct iovec *pieces, long count,
                                  long address, long address_length);

/* how many datagrams a call receives at most: as many as libcurl asks for */
#define BATCH 64

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

ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags)
{
  const struct iovec *piece = only_piece(msg);
  long length = !piece ? -EINVAL :
    shim_recvfrom(fd, (long)piece->iov_base, (long)piece->iov_len, flags,
                  (long)msg->msg_name, (long)&msg->msg_namelen);
  msg->msg_controllen = 0;
  msg->msg_flags = 0;
  return length < 0 ? fail(length) : length;
}

/* As many datagrams as have arrived from one sender; an error only if there is
   none. Every message must have room for any address, as in libcurl. */
int __wrap_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count,
                    unsigned int flags, struct timespec *timeout);
int __wrap_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count,
                    unsigned int flags, struct timespec *timeout)
{
  struct iovec pieces[BATCH];
  const struct msghdr *first = &messages[0].msg_hdr;
  unsigned int i;
  long received;
  (void)timeout;
  if(flags)
    return (int)fail(-EINVAL);
  for(i = 0; i < count && i < BATCH; i++) {
    const struct iovec *piece = only_piece(&messages[i].msg_hdr);
    if(!piece)
      return (int)fail(-EINVAL);
    pieces[i] = *piece;
  }
  received = shim_recvmmsg(fd, pieces, (long)i, (long)first->msg_name,
                           (long)&first->msg_namelen);
  if(received < 0)
    return (int)fail(received);
  for(i = 0; i < (unsigned int)received; i++) {
    struct msghdr *msg = &messages[i].msg_hdr;
    if(i)
      memcpy(msg->msg_name, first->msg_name, first->msg_namelen);
    msg->msg_namelen = first->msg_namelen;
    msg->msg_controllen = 0;
    msg->msg_flags = 0;
    messages[i].msg_len = (unsigned int)pieces[i].iov_len;
  }
  return (int)received;
}
