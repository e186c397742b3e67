#ifndef HTTPS_RECORDS_H
#define HTTPS_RECORDS_H

#include <stdint.h>
#include <ares.h>

/* Reads the 'count' records of one answer, whose layout shim/resolver.ts
   writes. Returns NULL when out of memory. */
ares_dns_record_t *https_records_read(int fd, uint32_t count);

void https_records_free(ares_dns_record_t *records);

#endif
