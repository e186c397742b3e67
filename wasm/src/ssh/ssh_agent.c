/*
 * Talks to an SSH agent without blocking. libssh2 connects to it, sends a
 * request and waits for the answer, all on a socket that blocks. When it finds
 * nothing, it starts the exchange again, and would ask twice. So here its
 * requests and the answers are collected: it is given an answer when that is
 * complete, and a request that it repeats is sent once. Meanwhile the
 * transfer waits for the socket of the agent (ssh.c).
 */
#define HAVE_CONFIG_H
#define BUILDING_LIBCURL
#include <curl_setup.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <libssh2.h>
#include <urldata.h>
#include <multiif.h>

#include "ssh_agent.h"
#include "ssh_unsent.h"

/* The longest message, as OpenSSH's agent has it. */
#define MAX_MESSAGE (256 * 1024)

/* A message: four bytes of length, and as many bytes as they say. */
struct message {
  unsigned char *bytes;
  size_t length; /* how many there are */
  size_t taken;  /* how many of them have been passed on */
};

struct connection {
  struct connection *next;
  LIBSSH2_AGENT *agent;
  curl_socket_t s;
  struct message request;
  struct message answer;
  int waits;
};

static struct connection *connections;
/* the one that is being connected */
static struct connection *connecting;

static struct connection *of_socket(curl_socket_t s)
{
  struct connection *c = connections;
  while(c && c->s != s)
    c = c->next;
  return c;
}

static struct connection *of_agent(LIBSSH2_AGENT *agent)
{
  struct connection *c = connections;
  while(c && c->agent != agent)
    c = c->next;
  return c;
}

static void clear(struct message *m)
{
  free(m->bytes);
  memset(m, 0, sizeof(*m));
}

/* How many bytes are missing: of the length first, then of the message. */
static size_t missing(const struct message *m)
{
  const unsigned char *b = m->bytes;
  size_t whole = 4;
  if(m->length >= 4)
    whole += ((size_t)b[0] << 24) | (b[1] << 16) | (b[2] << 8) | b[3];
  return whole - m->length;
}

/* Returns where 'size' more bytes go, or NULL. */
static unsigned char *room(struct message *m, size_t size)
{
  unsigned char *bytes = size > MAX_MESSAGE ? NULL :
    realloc(m->bytes, m->length + size);
  if(!bytes)
    return NULL;
  m->bytes = bytes;
  return bytes + m->length;
}

static ssize_t collect(struct connection *c, const void *from, size_t length)
{
  unsigned char *to;
  /* repeated while the answer is awaited */
  if(c->request.length && !missing(&c->request))
    return (ssize_t)length;
  to = room(&c->request, length);
  if(!to)
    return -ENOMEM;
  memcpy(to, from, length);
  c->request.length += length;
  return (ssize_t)length;
}

static ssize_t failed(struct connection *c, int events)
{
  if(errno != EAGAIN)
    return errno == ENOENT ? -ECONNREFUSED : -errno;
  c->waits = events;
  return -EAGAIN;
}

/* Sends the request, receives the answer, and passes that on. */
static ssize_t exchange(struct connection *c, void *into, size_t length)
{
  struct message *request = &c->request;
  struct message *answer = &c->answer;
  size_t size;
  c->waits = 0;
  while(request->taken < request->length) {
    ssize_t sent = send(c->s, request->bytes + request->taken,
                        request->length - request->taken, 0);
    if(sent < 0)
      return failed(c, CURL_POLL_OUT);
    request->taken += (size_t)sent;
  }
  while((size = missing(answer))) {
    unsigned char *to = room(answer, size);
    ssize_t received = to ? recv(c->s, to, size, 0) : 0;
    if(received < 0)
      return failed(c, CURL_POLL_IN);
    if(!received)
      return -ECONNRESET;
    answer->length += (size_t)received;
  }
  size = answer->length - answer->taken;
  if(size > length)
    size = length;
  memcpy(into, answer->bytes + answer->taken, size);
  answer->taken += size;
  if(answer->taken == answer->length) {
    clear(request);
    clear(answer);
  }
  return (ssize_t)size;
}

/* --- what libssh2 calls --- */

ssize_t __wrap__libssh2_send(libssh2_socket_t s, const void *from,
                             size_t length, int flags, void **abstract);
ssize_t __wrap__libssh2_send(libssh2_socket_t s, const void *from,
                             size_t length, int flags, void **abstract)
{
  struct connection *c = of_socket(s);
  return c ? collect(c, from, length) :
    ssh_send(s, from, length, flags, abstract);
}

ssize_t __real__libssh2_recv(libssh2_socket_t s, void *into, size_t length,
                             int flags, void **abstract);
ssize_t __wrap__libssh2_recv(libssh2_socket_t s, void *into, size_t length,
                             int flags, void **abstract);
ssize_t __wrap__libssh2_recv(libssh2_socket_t s, void *into, size_t length,
                             int flags, void **abstract)
{
  struct connection *c = of_socket(s);
  if(c)
    return exchange(c, into, length);
  ssh_flush(s);
  return __real__libssh2_recv(s, into, length, flags, abstract);
}

/* To libssh2, the agent's socket is connected at once. */
int __real_connect(int s, const struct sockaddr *to, socklen_t length);
int __wrap_connect(int s, const struct sockaddr *to, socklen_t length);
int __wrap_connect(int s, const struct sockaddr *to, socklen_t length)
{
  int result = __real_connect(s, to, length);
  if(connecting && result && errno == EINPROGRESS)
    result = 0;
  if(connecting)
    connecting->s = s;
  return result;
}

/* --- what libcurl calls --- */

static void forget(struct connection *c)
{
  struct connection **at = &connections;
  while(*at != c)
    at = &(*at)->next;
  *at = c->next;
  clear(&c->request);
  clear(&c->answer);
  free(c);
}

int __real_libssh2_agent_connect(LIBSSH2_AGENT *agent);
int __wrap_libssh2_agent_connect(LIBSSH2_AGENT *agent);
int __wrap_libssh2_agent_connect(LIBSSH2_AGENT *agent)
{
  int result;
  struct connection *c = calloc(1, sizeof(*c));
  if(!c)
    return LIBSSH2_ERROR_ALLOC;
  c->agent = agent;
  c->s = CURL_SOCKET_BAD;
  c->next = connections;
  connections = connecting = c;
  result = __real_libssh2_agent_connect(agent);
  connecting = NULL;
  if(result)
    forget(c);
  return result;
}

int __real_libssh2_agent_disconnect(LIBSSH2_AGENT *agent);
int __wrap_libssh2_agent_disconnect(LIBSSH2_AGENT *agent);
int __wrap_libssh2_agent_disconnect(LIBSSH2_AGENT *agent)
{
  struct connection *c = of_agent(agent);
  if(c)
    forget(c);
  return __real_libssh2_agent_disconnect(agent);
}

int ssh_agent_waits(LIBSSH2_AGENT *agent, curl_socket_t *s)
{
  struct connection *c = of_agent(agent);
  if(!c)
    return 0;
  *s = c->s;
  return c->waits;
}

void ssh_agent_unwatch(struct Curl_easy *data, LIBSSH2_AGENT *agent)
{
  struct connection *c = of_agent(agent);
  if(c)
    Curl_multi_will_close(data, c->s);
}
