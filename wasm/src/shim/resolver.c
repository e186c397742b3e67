/*
 * The facade of c-ares (TypeScript side: shim/resolver.ts). A channel is a
 * descriptor of the host: questions go out through shim_resolver_query(), and
 * each answer arrives as one record on the descriptor, which the reactor
 * reports readable like any other. Closing it drops the open questions.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ares.h>

#include "../glue.h"
#include "https_records.h"

/* Opens a channel that asks 'servers' (comma-separated, or NULL for the
   system's own resolver). Returns a descriptor, or a negative errno. */
SHIM(resolver_open) int shim_resolver_open(const char *servers);
/* Whether every entry of the list is an address, with or without a port. */
SHIM(resolver_check) int shim_resolver_check(const char *servers);
SHIM(resolver_query) void shim_resolver_query(int fd, uint32_t id,
                                              const char *name, int family);
/* Whether the host can ask for HTTPS records. */
SHIM(resolver_has_https) int shim_resolver_has_https(void);
SHIM(resolver_query_https) void shim_resolver_query_https(int fd, uint32_t id,
                                                          const char *name);

/* The layout of an answer; shim/resolver.ts writes it. */
struct answer {
  uint32_t id;
  int32_t status;    /* ARES_* */
  uint32_t count;    /* addresses or records that follow */
};

struct answer_address {
  uint32_t scope;    /* IPv6 scope id */
  uint8_t bytes[16]; /* network order, the first four of them for IPv4 */
};

/* A question for addresses or, with on_records, for HTTPS records. */
struct query {
  struct query *next;
  uint32_t id;
  int family;
  int socktype;
  unsigned short port;
  ares_addrinfo_callback on_addresses;
  ares_callback_dnsrec on_records;
  void *arg;
};

struct ares_channeldata {
  int fd;                 /* ARES_SOCKET_BAD until the first question */
  uint32_t last_id;
  char *servers;
  struct query *queries;
  ares_sock_state_cb state_cb;
  void *state_cb_data;
};

int ares_library_init(int flags)
{
  (void)flags;
  return ARES_SUCCESS;
}

void ares_library_cleanup(void)
{
}

const char *ares_version(int *version)
{
  if(version)
    *version = ARES_VERSION;
  return ARES_VERSION_STR;
}

const char *ares_strerror(int code)
{
  switch(code) {
  case ARES_SUCCESS:
    return "Successful completion";
  case ARES_ENODATA:
    return "DNS server returned answer with no data";
  case ARES_ESERVFAIL:
    return "DNS server returned general failure";
  case ARES_ENOTFOUND:
    return "Domain name not found";
  case ARES_EREFUSED:
    return "DNS server refused query";
  case ARES_ECONNREFUSED:
    return "Could not contact DNS servers";
  case ARES_ETIMEOUT:
    return "Timeout while contacting DNS servers";
  case ARES_ENOMEM:
    return "Out of memory";
  case ARES_EBADSTR:
    return "Misformatted string";
  case ARES_ECANCELLED:
    return "DNS query cancelled";
  case ARES_EDESTRUCTION:
    return "Channel is being destroyed";
  default:
    return "The host's resolver failed";
  }
}

int ares_init_options(ares_channel *channel, struct ares_options *options,
                      int optmask)
{
  ares_channel c = calloc(1, sizeof(*c));
  if(!c)
    return ARES_ENOMEM;
  c->fd = ARES_SOCKET_BAD;
  if(optmask & ARES_OPT_SOCK_STATE_CB) {
    c->state_cb = options->sock_state_cb;
    c->state_cb_data = options->sock_state_cb_data;
  }
  *channel = c;
  return ARES_SUCCESS;
}

int ares_init(ares_channel *channel)
{
  return ares_init_options(channel, NULL, 0);
}

/* Ends a question without an answer. */
static void fail(struct query *q, int status)
{
  if(q->on_records)
    q->on_records(q->arg, status, 0, NULL);
  else
    q->on_addresses(q->arg, status, 0, NULL);
  free(q);
}

static void close_channel(ares_channel c, int status)
{
  struct query *q = c->queries;
  c->queries = NULL;
  while(q) {
    struct query *next = q->next;
    fail(q, status);
    q = next;
  }
  if(c->fd != ARES_SOCKET_BAD) {
    if(c->state_cb)
      c->state_cb(c->state_cb_data, c->fd, 0, 0);
    close(c->fd);
    c->fd = ARES_SOCKET_BAD;
  }
}

void ares_cancel(ares_channel channel)
{
  close_channel(channel, ARES_ECANCELLED);
}

void ares_destroy(ares_channel channel)
{
  close_channel(channel, ARES_EDESTRUCTION);
  free(channel->servers);
  free(channel);
}

int ares_set_servers_ports_csv(ares_channel channel, const char *servers)
{
  char *copy;
  if(!shim_resolver_check(servers))
    return ARES_EBADSTR;
  copy = strdup(servers);
  if(!copy)
    return ARES_ENOMEM;
  free(channel->servers);
  channel->servers = copy;
  return ARES_SUCCESS;
}

char *ares_get_servers_csv(ares_channel channel)
{
  return strdup(channel->servers ? channel->servers : "the host's");
}

void ares_free_string(void *str)
{
  free(str);
}

/* Ignored: the host decides from where it sends its questions. */
void ares_set_local_dev(ares_channel channel, const char *device)
{
  (void)channel;
  (void)device;
}

void ares_set_local_ip4(ares_channel channel, unsigned int ip)
{
  (void)channel;
  (void)ip;
}

void ares_set_local_ip6(ares_channel channel, const unsigned char *ip)
{
  (void)channel;
  (void)ip;
}

/* Adds a question to a channel that is open. Returns NULL when the host has no
   channel, or there is no memory. */
static struct query *add_query(ares_channel channel, void *arg)
{
  struct query *q;
  if(channel->fd == ARES_SOCKET_BAD) {
    int fd = shim_resolver_open(channel->servers);
    if(fd < 0)
      return NULL;
    channel->fd = fd;
  }
  q = calloc(1, sizeof(*q));
  if(!q)
    return NULL;
  q->id = ++channel->last_id;
  q->arg = arg;
  q->next = channel->queries;
  channel->queries = q;
  return q;
}

void ares_getaddrinfo(ares_channel channel, const char *name,
                      const char *service,
                      const struct ares_addrinfo_hints *hints,
                      ares_addrinfo_callback callback, void *arg)
{
  struct query *q = add_query(channel, arg);
  if(!q) {
    callback(arg, ARES_ENOMEM, 0, NULL);
    return;
  }
  q->family = hints->ai_family;
  q->socktype = hints->ai_socktype;
  q->port = (unsigned short)(service ? atoi(service) : 0);
  q->on_addresses = callback;
  shim_resolver_query(channel->fd, q->id, name, q->family);
}

/* HTTPS records only. Without them at the host, none exist: libcurl then goes
   on as before. */
ares_status_t ares_query_dnsrec(ares_channel channel, const char *name,
                                ares_dns_class_t dnsclass,
                                ares_dns_rec_type_t type,
                                ares_callback_dnsrec callback, void *arg,
                                unsigned short *qid)
{
  struct query *q;
  (void)dnsclass;
  (void)qid;
  if(type != ARES_REC_TYPE_HTTPS || !shim_resolver_has_https()) {
    callback(arg, ARES_ENODATA, 0, NULL);
    return ARES_ENODATA;
  }
  q = add_query(channel, arg);
  if(!q) {
    callback(arg, ARES_ENOMEM, 0, NULL);
    return ARES_ENOMEM;
  }
  q->on_records = callback;
  shim_resolver_query_https(channel->fd, q->id, name);
  return ARES_SUCCESS;
}

void ares_freeaddrinfo(struct ares_addrinfo *ai)
{
  struct ares_addrinfo_node *node = ai->nodes;
  while(node) {
    struct ares_addrinfo_node *next = node->ai_next;
    free(node);
    node = next;
  }
  free(ai);
}

/* One node and its address in one allocation. */
static struct ares_addrinfo_node *make_node(const struct query *q,
                                            const struct answer_address *a)
{
  struct {
    struct ares_addrinfo_node node;
    struct sockaddr_storage address;
  } *both = calloc(1, sizeof(*both));
  if(!both)
    return NULL;
  both->node.ai_family = q->family;
  both->node.ai_socktype = q->socktype;
  both->node.ai_addr = (struct sockaddr *)&both->address;
  if(q->family == AF_INET6) {
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&both->address;
    both->node.ai_addrlen = sizeof(*in6);
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons(q->port);
    in6->sin6_scope_id = a->scope;
    memcpy(&in6->sin6_addr, a->bytes, sizeof(in6->sin6_addr));
  }
  else {
    struct sockaddr_in *in = (struct sockaddr_in *)&both->address;
    both->node.ai_addrlen = sizeof(*in);
    in->sin_family = AF_INET;
    in->sin_port = htons(q->port);
    memcpy(&in->sin_addr, a->bytes, sizeof(in->sin_addr));
  }
  return &both->node;
}

/* Reads the addresses of one answer. Returns NULL when out of memory. */
static struct ares_addrinfo *read_addresses(int fd, const struct query *q,
                                            uint32_t count)
{
  struct ares_addrinfo *ai = calloc(1, sizeof(*ai));
  struct ares_addrinfo_node **tail = ai ? &ai->nodes : NULL;
  while(count--) {
    struct answer_address a;
    if(read(fd, &a, sizeof(a)) != (ssize_t)sizeof(a))
      break;
    if(ai) {
      *tail = make_node(q, &a);
      if(!*tail) {
        ares_freeaddrinfo(ai);
        ai = NULL;
      }
      else
        tail = &(*tail)->ai_next;
    }
  }
  return ai;
}

static struct query *take_query(ares_channel c, uint32_t id)
{
  struct query **at;
  for(at = &c->queries; *at; at = &(*at)->next) {
    if((*at)->id == id) {
      struct query *q = *at;
      *at = q->next;
      return q;
    }
  }
  return NULL;
}

static void give_addresses(int fd, struct query *q, uint32_t count)
{
  struct ares_addrinfo *ai = read_addresses(fd, q, count);
  q->on_addresses(q->arg, ai ? ARES_SUCCESS : ARES_ENOMEM, 0, ai);
  free(q);
}

static void give_records(int fd, struct query *q, uint32_t count)
{
  ares_dns_record_t *records = https_records_read(fd, count);
  q->on_records(q->arg, records ? ARES_SUCCESS : ARES_ENOMEM, 0, records);
  if(records)
    https_records_free(records);
  free(q);
}

void ares_process_fd(ares_channel channel, ares_socket_t read_fd,
                     ares_socket_t write_fd)
{
  struct answer answer;
  (void)write_fd;
  if(read_fd == ARES_SOCKET_BAD || read_fd != channel->fd)
    return;
  while(channel->fd != ARES_SOCKET_BAD &&
        read(channel->fd, &answer, sizeof(answer)) == (ssize_t)sizeof(answer)) {
    struct query *q = take_query(channel, answer.id);
    if(!q)
      return; /* an answer without a question, which does not happen */
    if(answer.status != ARES_SUCCESS)
      fail(q, answer.status);
    else if(q->on_records)
      give_records(channel->fd, q, answer.count);
    else
      give_addresses(channel->fd, q, answer.count);
  }
}

int ares_getsock(ares_channel channel, ares_socket_t *socks, int numsocks)
{
  if(channel->fd == ARES_SOCKET_BAD || !channel->queries || numsocks < 1)
    return 0;
  socks[0] = channel->fd;
  return 1; /* ARES_GETSOCK_READABLE(1, 0) */
}

/* No time limits here: libcurl and the host's resolver have their own. */
struct timeval *ares_timeout(ares_channel channel, struct timeval *maxtv,
                             struct timeval *tv)
{
  (void)channel;
  (void)tv;
  return maxtv;
}
