/*
 * A facade of libidn2: the calls that libcurl makes. The host's URL parser,
 * which has the Unicode tables already, does the work (wasm/src/shim/idn.c
 * and shim/idn.ts).
 */
#ifndef FACADE_IDN2_H
#define FACADE_IDN2_H

#include <stdint.h>

#define IDN2_VERSION "2.3.0"
#define IDN2_VERSION_NUMBER 0x02030000

#define IDN2_OK 0
#define IDN2_MALLOC (-100)
#define IDN2_ENCODING_ERROR (-200)
#define IDN2_PUNYCODE_BAD_INPUT (-202)
#define IDN2_DISALLOWED (-304)

/* the names of the first libidn, which libcurl still compares with */
#define IDNA_SUCCESS IDN2_OK
#define IDNA_MALLOC_ERROR IDN2_MALLOC

#define IDN2_NFC_INPUT 1
#define IDN2_TRANSITIONAL 4
#define IDN2_NONTRANSITIONAL 8

const char *idn2_check_version(const char *wanted);
const char *idn2_strerror(int rc);
int idn2_lookup_u8(const uint8_t *src, uint8_t **lookupname, int flags);
int idn2_lookup_ul(const char *src, char **lookupname, int flags);
int idn2_to_unicode_8z8z(const char *src, char **output, int flags);
void idn2_free(void *ptr);

#endif
