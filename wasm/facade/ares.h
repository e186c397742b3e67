/*
 * A facade of c-ares: the calls that libcurl makes, and no more. The host
 * answers them (wasm/src/shim/resolver.c and shim/resolver.ts), so libcurl
 * resolves names asynchronously without a resolver of its own.
 * Names and values are c-ares' public ones (ares_getaddrinfo(3), ...).
 */
#ifndef FACADE_ARES_H
#define FACADE_ARES_H

#include <sys/types.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <netinet/in.h>

#include "ares_version.h"

#define ARES_SUCCESS          0
#define ARES_ENODATA          1
#define ARES_EFORMERR         2
#define ARES_ESERVFAIL        3
#define ARES_ENOTFOUND        4
#define ARES_ENOTIMP          5
#define ARES_EREFUSED         6
#define ARES_ECONNREFUSED     11
#define ARES_ETIMEOUT         12
#define ARES_ENOMEM           15
#define ARES_EDESTRUCTION     16
#define ARES_EBADSTR          17
#define ARES_ENOTINITIALIZED  21
#define ARES_ECANCELLED       24

#define ARES_LIB_INIT_ALL     1
#define ARES_OPT_TIMEOUTMS    (1 << 13)
#define ARES_OPT_SOCK_STATE_CB (1 << 9)
#define ARES_AI_NUMERICSERV   (1 << 3)

#define ARES_GETSOCK_MAXNUM   16
#define ARES_GETSOCK_READABLE(bits, num) ((bits) & (1 << (num)))
#define ARES_GETSOCK_WRITABLE(bits, num) \
  ((bits) & (1 << ((num) + ARES_GETSOCK_MAXNUM)))

#define ARES_SOCKET_BAD       -1

typedef int ares_socket_t;
typedef struct ares_channeldata *ares_channel;
typedef void (*ares_sock_state_cb)(void *data, ares_socket_t fd,
                                   int readable, int writable);

struct ares_options {
  int timeout;                       /* milliseconds */
  ares_sock_state_cb sock_state_cb;
  void *sock_state_cb_data;
};

struct ares_addrinfo_node {
  int ai_ttl;
  int ai_flags;
  int ai_family;
  int ai_socktype;
  int ai_protocol;
  socklen_t ai_addrlen;
  struct sockaddr *ai_addr;
  struct ares_addrinfo_node *ai_next;
};

struct ares_addrinfo {
  struct ares_addrinfo_node *nodes;
};

struct ares_addrinfo_hints {
  int ai_flags;
  int ai_family;
  int ai_socktype;
  int ai_protocol;
};

typedef void (*ares_addrinfo_callback)(void *arg, int status, int timeouts,
                                       struct ares_addrinfo *res);

int ares_library_init(int flags);
void ares_library_cleanup(void);
const char *ares_version(int *version);
const char *ares_strerror(int code);

int ares_init_options(ares_channel *channel, struct ares_options *options,
                      int optmask);
int ares_init(ares_channel *channel);
void ares_destroy(ares_channel channel);
void ares_cancel(ares_channel channel);

int ares_set_servers_ports_csv(ares_channel channel, const char *servers);
char *ares_get_servers_csv(ares_channel channel);
void ares_free_string(void *str);
void ares_set_local_dev(ares_channel channel, const char *device);
void ares_set_local_ip4(ares_channel channel, unsigned int ip);
void ares_set_local_ip6(ares_channel channel, const unsigned char *ip);

void ares_getaddrinfo(ares_channel channel, const char *name,
                      const char *service,
                      const struct ares_addrinfo_hints *hints,
                      ares_addrinfo_callback callback, void *arg);
void ares_freeaddrinfo(struct ares_addrinfo *ai);

/* Other records than addresses: HTTPS (RFC 9460), for libcurl's HTTPSRR. */
typedef int ares_status_t;
typedef int ares_dns_class_t;
typedef int ares_dns_rec_type_t;
typedef int ares_dns_section_t;
typedef int ares_dns_rr_key_t;
typedef struct ares_dns_record ares_dns_record_t;
typedef struct ares_dns_rr ares_dns_rr_t;
typedef void (*ares_callback_dnsrec)(void *arg, ares_status_t status,
                                     size_t timeouts,
                                     const ares_dns_record_t *dnsrec);

#define ARES_CLASS_IN            1
#define ARES_REC_TYPE_HTTPS      65
#define ARES_SECTION_ANSWER      1
#define ARES_RR_HTTPS_PRIORITY   6501
#define ARES_RR_HTTPS_TARGET     6502
#define ARES_RR_HTTPS_PARAMS     6503

ares_status_t ares_query_dnsrec(ares_channel channel, const char *name,
                                ares_dns_class_t dnsclass,
                                ares_dns_rec_type_t type,
                                ares_callback_dnsrec callback, void *arg,
                                unsigned short *qid);
size_t ares_dns_record_rr_cnt(const ares_dns_record_t *dnsrec,
                              ares_dns_section_t sect);
const ares_dns_rr_t *ares_dns_record_rr_get_const(
  const ares_dns_record_t *dnsrec, ares_dns_section_t sect, size_t index);
ares_dns_rec_type_t ares_dns_rr_get_type(const ares_dns_rr_t *rr);
const char *ares_dns_rr_get_str(const ares_dns_rr_t *rr,
                                ares_dns_rr_key_t key);
unsigned short ares_dns_rr_get_u16(const ares_dns_rr_t *rr,
                                   ares_dns_rr_key_t key);
size_t ares_dns_rr_get_opt_cnt(const ares_dns_rr_t *rr,
                               ares_dns_rr_key_t key);
unsigned short ares_dns_rr_get_opt(const ares_dns_rr_t *rr,
                                   ares_dns_rr_key_t key, size_t index,
                                   const unsigned char **val,
                                   size_t *val_len);

int ares_getsock(ares_channel channel, ares_socket_t *socks, int numsocks);
void ares_process_fd(ares_channel channel, ares_socket_t read_fd,
                     ares_socket_t write_fd);
struct timeval *ares_timeout(ares_channel channel, struct timeval *maxtv,
                             struct timeval *tv);

#endif
