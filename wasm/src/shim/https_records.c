/*
 * HTTPS records (RFC 9460) of the facade of c-ares: reads them from the
 * descriptor of a channel, and gives libcurl their parts.
 */
#include <stdlib.h>
#include <unistd.h>

#include "https_records.h"

/* The start of an HTTPS record, before its target and its parameters. */
struct answer_record {
  uint16_t priority;
  uint16_t target_length;
  uint32_t params_length;
};

struct ares_dns_rr {
  unsigned short priority;
  char *target;          /* ends with a 0 */
  unsigned char *params; /* SvcParams, RFC 9460 section 2.2 */
  size_t params_length;
};

struct ares_dns_record {
  size_t count;
  struct ares_dns_rr rrs[];
};

void https_records_free(ares_dns_record_t *records)
{
  size_t i;
  for(i = 0; i < records->count; i++) {
    free(records->rrs[i].target);
    free(records->rrs[i].params);
  }
  free(records);
}

/* Reads 'length' bytes, and adds a 0. Returns NULL when out of memory. */
static void *read_bytes(int fd, size_t length)
{
  char *bytes = malloc(length + 1);
  if(!bytes)
    return NULL;
  bytes[length] = 0;
  if(length && read(fd, bytes, length) != (ssize_t)length) {
    free(bytes);
    return NULL;
  }
  return bytes;
}

ares_dns_record_t *https_records_read(int fd, uint32_t count)
{
  ares_dns_record_t *records =
    calloc(1, sizeof(*records) + count * sizeof(struct ares_dns_rr));
  if(!records)
    return NULL;
  for(; records->count < count; records->count++) {
    struct ares_dns_rr *rr = &records->rrs[records->count];
    struct answer_record head;
    if(read(fd, &head, sizeof(head)) != (ssize_t)sizeof(head))
      break;
    rr->priority = head.priority;
    rr->params_length = head.params_length;
    rr->target = read_bytes(fd, head.target_length);
    rr->params = rr->target ? read_bytes(fd, head.params_length) : NULL;
    if(!rr->params) {
      free(rr->target);
      https_records_free(records);
      return NULL;
    }
  }
  return records;
}

size_t ares_dns_record_rr_cnt(const ares_dns_record_t *dnsrec,
                              ares_dns_section_t sect)
{
  return sect == ARES_SECTION_ANSWER ? dnsrec->count : 0;
}

const ares_dns_rr_t *ares_dns_record_rr_get_const(
  const ares_dns_record_t *dnsrec, ares_dns_section_t sect, size_t index)
{
  return index < ares_dns_record_rr_cnt(dnsrec, sect) ?
    &dnsrec->rrs[index] : NULL;
}

ares_dns_rec_type_t ares_dns_rr_get_type(const ares_dns_rr_t *rr)
{
  (void)rr;
  return ARES_REC_TYPE_HTTPS;
}

const char *ares_dns_rr_get_str(const ares_dns_rr_t *rr,
                                ares_dns_rr_key_t key)
{
  return key == ARES_RR_HTTPS_TARGET ? rr->target : NULL;
}

unsigned short ares_dns_rr_get_u16(const ares_dns_rr_t *rr,
                                   ares_dns_rr_key_t key)
{
  return key == ARES_RR_HTTPS_PRIORITY ? rr->priority : 0;
}

static unsigned int u16(const unsigned char *at)
{
  return (unsigned int)at[0] << 8 | at[1];
}

/* The parameter at 'offset', or NULL at the end of the whole ones. */
static const unsigned char *param_at(const ares_dns_rr_t *rr, size_t offset)
{
  const unsigned char *param = rr->params + offset;
  size_t left = rr->params_length - offset;
  return left >= 4 && left - 4 >= u16(param + 2) ? param : NULL;
}

size_t ares_dns_rr_get_opt_cnt(const ares_dns_rr_t *rr, ares_dns_rr_key_t key)
{
  const unsigned char *param;
  size_t offset = 0;
  size_t count = 0;
  if(key == ARES_RR_HTTPS_PARAMS)
    for(; (param = param_at(rr, offset)); offset += 4 + u16(param + 2))
      count++;
  return count;
}

/* Returns the key of a parameter, whose index must exist. */
unsigned short ares_dns_rr_get_opt(const ares_dns_rr_t *rr,
                                   ares_dns_rr_key_t key, size_t index,
                                   const unsigned char **val, size_t *val_len)
{
  const unsigned char *param = rr->params;
  (void)key;
  while(index--)
    param += 4 + u16(param + 2);
  *val = param + 4;
  *val_len = u16(param + 2);
  return (unsigned short)u16(param);
}
