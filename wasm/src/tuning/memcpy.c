/*
 * Copies and fills memory. musl's memmove is a loop over bytes or words, and
 * took a seventh of the time of a download over TLS. The engine's own
 * instruction is much faster, except for short copies: it costs a call, and a
 * loop does not.
 */
#include <string.h>

#define LONG_COPY 128

void *__real_memcpy(void *to, const void *from, size_t n);
void *__real_memmove(void *to, const void *from, size_t n);
void *__real_memset(void *at, int value, size_t n);

void *__wrap_memcpy(void *to, const void *from, size_t n);
void *__wrap_memcpy(void *to, const void *from, size_t n)
{
  if(n < LONG_COPY)
    return __real_memcpy(to, from, n);
  return __builtin_memcpy(to, from, n);
}

void *__wrap_memmove(void *to, const void *from, size_t n);
void *__wrap_memmove(void *to, const void *from, size_t n)
{
  if(n < LONG_COPY)
    return __real_memmove(to, from, n);
  return __builtin_memmove(to, from, n);
}

void *__wrap_memset(void *at, int value, size_t n);
void *__wrap_memset(void *at, int value, size_t n)
{
  if(n < LONG_COPY)
    return __real_memset(at, value, n);
  return __builtin_memset(at, value, n);
}
