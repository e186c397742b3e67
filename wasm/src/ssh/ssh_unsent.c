/*
 * Keeps short packets of SSH while their socket has no room. When libssh2 has
 * sent a part of a packet, it waits for the same call to send the rest. But it
 * asks for more of a file before it goes on with a packet that widens the
 * window: that packet is never sent, and both ends wait. A kernel takes short
 * packets nearly always. A relay takes a number of messages, however short.
 */
#define HAVE_CONFIG_H
#define BUILDING_LIBCURL
#include <curl_setup.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "ssh_unsent.h"

/* Bytes. Longer packets have data of an upload, and have to wait. */
#define SHORT 8192

struct unsent {
  struct unsent *next;
  curl_socket_t s;
  unsigned char *bytes;
  size_t length;
};

static struct unsent *first;

/* Returns where the entry of a socket is, or would be. */
static struct unsent **find(curl_socket_t s)
{
  struct unsent **at = &first;
  while(*at && (*at)->s != s)
    at = &(*at)->next;
  return at;
}

static void drop(struct unsent **at)
{
  struct unsent *u = *at;
  *at = u->next;
  free(u->bytes);
  free(u);
}

static ssize_t keep(curl_socket_t s, const unsigned char *from, size_t length)
{
  struct unsent **at = find(s);
  struct unsent *u = *at ? *at : calloc(1, sizeof(*u));
  unsigned char *bytes = u ? realloc(u->bytes, u->length + length) : NULL;
  if(u && !*at) {
    u->s = s;
    *at = u;
  }
  if(!bytes)
    return -ENOMEM;
  memcpy(bytes + u->length, from, length);
  u->bytes = bytes;
  u->length += length;
  return (ssize_t)length;
}

void ssh_flush(curl_socket_t s)
{
  struct unsent **at = find(s);
  ssize_t sent;
  if(!*at)
    return;
  sent = send(s, (*at)->bytes, (*at)->length, 0);
  /* an error comes again when something else is sent or received */
  if(sent == (ssize_t)(*at)->length || (sent < 0 && errno != EAGAIN))
    drop(at);
  else if(sent > 0) {
    (*at)->length -= (size_t)sent;
    memmove((*at)->bytes, (*at)->bytes + sent, (*at)->length);
  }
}

ssize_t __real__libssh2_send(curl_socket_t s, const void *from, size_t length,
                             int flags, void **abstract);
ssize_t ssh_send(curl_socket_t s, const void *from, size_t length, int flags,
                 void **abstract)
{
  ssize_t sent = -EAGAIN;
  ssh_flush(s);
  if(!ssh_has_unsent(s))
    sent = __real__libssh2_send(s, from, length, flags, abstract);
  if(length > SHORT || sent == (ssize_t)length ||
     (sent < 0 && sent != -EAGAIN))
    return sent;
  if(sent < 0)
    sent = 0;
  return keep(s, (const unsigned char *)from + sent, length - sent) < 0 ?
    -ENOMEM : (ssize_t)length;
}

bool ssh_has_unsent(curl_socket_t s)
{
  return *find(s) != NULL;
}

void ssh_drop_unsent(curl_socket_t s)
{
  struct unsent **at = find(s);
  if(*at)
    drop(at);
}
