/*
 * The network interfaces of the host, for CURLOPT_INTERFACE (TypeScript side:
 * shim/interfaces.ts). musl would ask the kernel by netlink.
 */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>

#include "../glue.h"

/* One address of an interface; shim/interfaces.ts writes it. */
struct shim_interface {
  char name[IF_NAMESIZE];
  uint32_t family;
  uint32_t scope;    /* IPv6 scope id */
  uint8_t bytes[16]; /* network order, the first four of them for IPv4 */
};

/* Writes the address number 'index', counted from 0, and returns 1. Returns 0
   after the last one. */
SHIM(interface) int shim_interface(int index, struct shim_interface *out);

/* One allocation for an entry and what it points to. */
struct entry {
  struct ifaddrs ifa;
  struct shim_interface host;
  struct sockaddr_storage address;
};

static struct entry *make_entry(const struct shim_interface *host)
{
  struct entry *e = calloc(1, sizeof(*e));
  if(!e)
    return NULL;
  e->host = *host;
  e->ifa.ifa_name = e->host.name;
  e->ifa.ifa_flags = IFF_UP;
  e->ifa.ifa_addr = (struct sockaddr *)&e->address;
  if(host->family == AF_INET6) {
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&e->address;
    in6->sin6_family = AF_INET6;
    in6->sin6_scope_id = host->scope;
    memcpy(&in6->sin6_addr, host->bytes, sizeof(in6->sin6_addr));
  }
  else {
    struct sockaddr_in *in = (struct sockaddr_in *)&e->address;
    in->sin_family = AF_INET;
    memcpy(&in->sin_addr, host->bytes, sizeof(in->sin_addr));
  }
  return e;
}

void __wrap_freeifaddrs(struct ifaddrs *list);
void __wrap_freeifaddrs(struct ifaddrs *list)
{
  while(list) {
    struct ifaddrs *next = list->ifa_next;
    free(list); /* ifa is the first member of its entry */
    list = next;
  }
}

int __wrap_getifaddrs(struct ifaddrs **out);
int __wrap_getifaddrs(struct ifaddrs **out)
{
  struct shim_interface host;
  struct ifaddrs *list = NULL;
  struct ifaddrs **tail = &list;
  int i;
  for(i = 0; shim_interface(i, &host); i++) {
    struct entry *e = make_entry(&host);
    if(!e) {
      __wrap_freeifaddrs(list);
      errno = ENOMEM;
      return -1;
    }
    *tail = &e->ifa;
    tail = &e->ifa.ifa_next;
  }
  *out = list;
  return 0;
}
