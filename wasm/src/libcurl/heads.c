/*
 * The heads of HTTP responses (TypeScript side: Easy.readHeads() in
 * ts/libcurl/easy.ts). libcurl calls back for each line. Here they are
 * gathered, and TypeScript is called once for the whole head, because a call
 * into JavaScript takes longer than all that libcurl does with a line.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "callbacks.h"

#define FIRST_SIZE 1024

struct heads {
  CURL *easy;
  /* a head may have so many bytes; a longer one is passed on early */
  size_t most;
  /* the lines of a head are being received */
  bool inside;
  size_t length;
  size_t size;
  char *bytes;
};

static bool add(struct heads *heads, const char *line, size_t length)
{
  size_t needed = heads->length + length;
  if(needed > heads->size) {
    size_t size = needed < FIRST_SIZE ? FIRST_SIZE : 2 * needed;
    char *bytes = realloc(heads->bytes, size);
    if(!bytes)
      return false;
    heads->bytes = bytes;
    heads->size = size;
  }
  memcpy(heads->bytes + heads->length, line, length);
  heads->length = needed;
  return true;
}

/* HEADERFUNCTION. The last line of a head is empty. One that begins with a
   carriage return is for libcurl, too, but need not be empty: TypeScript
   looks. Lines that belong to no head come after a body. */
static size_t on_line(char *line, size_t size, size_t n, void *userdata)
{
  struct heads *heads = userdata;
  size_t length = size * n;
  size_t all;
  if(!heads->inside) {
    if(length < 5 || memcmp(line, "HTTP/", 5))
      return ts_on_write(heads->easy, CURLOPT_HEADERFUNCTION, line, length);
    heads->inside = true;
    heads->length = 0;
  }
  if(!add(heads, line, length))
    return CURL_WRITEFUNC_ERROR;
  if(length && *line != '\r' && *line != '\n' && heads->length <= heads->most)
    return length;
  heads->inside = false;
  all = heads->length;
  return ts_on_write(heads->easy, CURLOPT_HEADERFUNCTION, heads->bytes, all) ==
    all ? length : CURL_WRITEFUNC_ERROR;
}

/* Sets HEADERFUNCTION and HEADERDATA. Returns NULL if there is no memory. The
   caller frees the result with heads_free(), once the handle does not use it
   any more. */
struct heads *EXPORT(heads_read)(CURL *easy, size_t most)
{
  struct heads *heads = calloc(1, sizeof(*heads));
  if(!heads)
    return NULL;
  heads->easy = easy;
  heads->most = most;
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_line);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, heads);
  return heads;
}

/* Forgets the part of a head with which a transfer has ended. */
void EXPORT(heads_begin)(struct heads *heads)
{
  heads->inside = false;
}

void EXPORT(heads_free)(struct heads *heads)
{
  free(heads->bytes);
  free(heads);
}
