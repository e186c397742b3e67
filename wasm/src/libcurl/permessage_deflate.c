/*
 * Compresses and decompresses messages of a WebSocket by permessage-deflate:
 * RFC 7692, 7.2 (TypeScript side: ts/libcurl/permessage-deflate.ts).
 *
 * A message is raw deflate data that ends at a byte, without the four bytes
 * of the empty block at its end. It may refer to messages before it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define ZLIB_CONST
#include <zlib.h>

#include "../glue.h"
#include "output.h"

/* What decompressing returns for a failure. */
#define FAILED_MEMORY (-1)
#define FAILED_DATA (-2)

/* Compressing takes the time of the application's thread. Measured with JSON of
   1 KB and of 64 KB: level 6 makes 10 % less of it, but takes 1.5 and 1.9
   times as long. */
#define LEVEL 3
/* With a window of 8 KB, the state takes 70 KB. With those of zlib's defaults
   it would take 260 KB, and make 5 % less. */
#define MEM_LEVEL 6
#define MAX_WINDOW_BITS 13

/* --- decompressing --- */

/* What every message ends with, and is not sent. */
static const uint8_t message_end[] = { 0, 0, 0xff, 0xff };

struct inflater {
  z_stream z;
  bool last; /* nothing of the message follows what was fed */
  bool ending; /* it reads message_end */
  /* Nothing of the message has come, or its last block was a final one. Then
     the data may end without message_end. */
  bool whole;
};

/* NULL when out of memory. */
struct inflater *EXPORT(inflater_new)(int window_bits)
{
  struct inflater *i = calloc(1, sizeof(*i));
  if(i && inflateInit2(&i->z, -window_bits) != Z_OK) {
    free(i);
    return NULL;
  }
  if(i)
    i->whole = true;
  return i;
}

void EXPORT(inflater_free)(struct inflater *i)
{
  inflateEnd(&i->z);
  free(i);
}

/* Whether the data may end where it has got to: behind an empty block, with
   no bits left over. */
static bool is_complete(const z_stream *z)
{
  return z->data_type == 128;
}

/* Decompresses into output[]. Returns how many bytes, or a negative number on
   failure. If output[] is full, there may be more. */
int EXPORT(inflater_drain)(struct inflater *i)
{
  z_stream *z = &i->z;
  z->next_out = output;
  z->avail_out = OUTPUT_SIZE;
  for(;;) {
    int result = inflate(z, Z_SYNC_FLUSH);
    if(result == Z_STREAM_END) {
      inflateResetKeep(z); /* keeps the window */
      i->whole = !z->avail_in;
    }
    else if(result == Z_MEM_ERROR)
      return FAILED_MEMORY;
    else if(result != Z_OK && result != Z_BUF_ERROR)
      return FAILED_DATA;
    if(!z->avail_out)
      break;
    if(z->avail_in)
      continue;
    if(!i->last || i->whole)
      break;
    if(i->ending) {
      i->whole = true;
      if(!is_complete(z))
        return FAILED_DATA;
      break;
    }
    i->ending = true;
    z->next_in = message_end;
    z->avail_in = sizeof(message_end);
  }
  return OUTPUT_SIZE - (int)z->avail_out;
}

/* Decompresses a piece of a message, as inflater_drain() does. 'last' says
   whether nothing of the message follows. What was fed before has to be
   done. */
int EXPORT(inflater_feed)(struct inflater *i, const uint8_t *in, size_t length,
                          int last)
{
  i->z.next_in = in;
  i->z.avail_in = (uInt)length;
  i->last = last;
  i->ending = false;
  if(length)
    i->whole = false;
  return inflater_drain(i);
}

/* --- compressing --- */

struct deflater {
  z_stream z;
  int flush;
};

/* NULL when out of memory. */
struct deflater *EXPORT(deflater_new)(int window_bits)
{
  struct deflater *d = calloc(1, sizeof(*d));
  /* zlib has no window of 8 bits. With one of 9 bits, it refers to the last
     250 bytes. */
  int bits = window_bits < 9 ? 9 : window_bits > MAX_WINDOW_BITS ?
    MAX_WINDOW_BITS : window_bits;
  if(d && deflateInit2(&d->z, LEVEL, Z_DEFLATED, -bits, MEM_LEVEL,
                       Z_DEFAULT_STRATEGY) != Z_OK) {
    free(d);
    return NULL;
  }
  return d;
}

void EXPORT(deflater_free)(struct deflater *d)
{
  deflateEnd(&d->z);
  free(d);
}

/* Compresses into output[]. Returns how many bytes. If output[] is full, there
   is more. */
int EXPORT(deflater_drain)(struct deflater *d)
{
  d->z.next_out = output;
  d->z.avail_out = OUTPUT_SIZE;
  deflate(&d->z, d->flush);
  return OUTPUT_SIZE - (int)d->z.avail_out;
}

/* Compresses a piece of a message, as deflater_drain() does. 'last' says
   whether nothing of the message follows. What was fed before has to be
   done. */
int EXPORT(deflater_feed)(struct deflater *d, const uint8_t *in, size_t length,
                          int last)
{
  d->z.next_in = in;
  d->z.avail_in = (uInt)length;
  d->flush = last ? Z_SYNC_FLUSH : Z_NO_FLUSH;
  return deflater_drain(d);
}
