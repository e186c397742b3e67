/*
 * The public suffix list (TypeScript side: ts/libcurl/psl.ts). libcurl uses it
 * for the cookies of responses, but not for those that an application sets.
 */
#include <libpsl.h>

#include "../glue.h"

/* 'domain' in lower case */
int EXPORT(is_public_suffix)(const char *domain)
{
  return psl_is_public_suffix(psl_builtin(), domain);
}
