/*
 * The facade of libidn2 (TypeScript side: shim/idn.ts): the host's URL parser
 * converts names with letters outside ASCII.
 */
#include <stdlib.h>
#include <string.h>

#include <idn2.h>

#include "../glue.h"

/* Both write at most 'size' bytes, with the NUL at the end, and return the
   length without it, or -1 for a name that cannot be converted. */
SHIM(idn_to_ascii) int shim_idn_to_ascii(const char *name, char *out,
                                         size_t size);
SHIM(idn_to_unicode) int shim_idn_to_unicode(const char *name, char *out,
                                             size_t size);

/* 253 bytes is the longest name of DNS; in UTF-8 each of its characters
   takes at most four. */
#define NAME_SIZE 1024

static int convert(int (*host)(const char *, char *, size_t),
                   const char *src, char **out)
{
  char name[NAME_SIZE];
  if(host(src, name, sizeof(name)) < 0)
    return IDN2_DISALLOWED;
  *out = strdup(name);
  return *out ? IDN2_OK : IDN2_MALLOC;
}

static int to_ascii(const char *name, char *out, size_t size)
{
  return shim_idn_to_ascii(name, out, size);
}

static int to_unicode(const char *name, char *out, size_t size)
{
  return shim_idn_to_unicode(name, out, size);
}

/* The flags choose between the rules of TR46; the URL standard has already
   chosen the non-transitional ones. */
int idn2_lookup_ul(const char *src, char **lookupname, int flags)
{
  (void)flags;
  return convert(to_ascii, src, lookupname);
}

int idn2_lookup_u8(const uint8_t *src, uint8_t **lookupname, int flags)
{
  (void)flags;
  return convert(to_ascii, (const char *)src, (char **)lookupname);
}

int idn2_to_unicode_8z8z(const char *src, char **output, int flags)
{
  (void)flags;
  return convert(to_unicode, src, output);
}

const char *idn2_check_version(const char *wanted)
{
  return !wanted || strcmp(wanted, IDN2_VERSION) <= 0 ? IDN2_VERSION : NULL;
}

const char *idn2_strerror(int rc)
{
  switch(rc) {
  case IDN2_OK:
    return "success";
  case IDN2_MALLOC:
    return "out of memory";
  default:
    return "the host's URL parser does not accept the name";
  }
}

void idn2_free(void *ptr)
{
  free(ptr);
}
