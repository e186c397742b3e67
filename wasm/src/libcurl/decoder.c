/*
 * Decodes content codings, as far as the reader asks (TypeScript side:
 * ts/libcurl/decoder.ts).
 *
 * libcurl's own decoders allocate their windows, of up to 16 MB, before
 * anything is read. They know only one member of gzip, and accept truncated
 * data. Here coded bytes wait, and drain() decodes one block at a time. A
 * decoder is a chain of stages, one for each coding. A stage allocates its
 * state when its first byte arrives.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include <brotli/decode.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include "../glue.h"
#include "output.h"

/* the numbers of ts/libcurl/decoder.ts */
enum coding { GZIP = 1, DEFLATE, BROTLI, ZSTD };

/* What drain() returns for a failure. */
#define FAILED_MEMORY (-1)
#define FAILED_DATA (-2)

#define CODING_BITS 4
#define MAX_STAGES 5
/* bytes between two stages */
#define BETWEEN 16384
/* 8 MB, which is what RFC 9659 lets a server use */
#define ZSTD_WINDOW_LOG 23

struct stage {
  enum coding coding;
  bool begun; /* a byte has arrived, and there is a state */
  bool ended; /* the data may end here */
  bool rest; /* the data has ended, and what follows is ignored */
  const uint8_t *in; /* what has not been read */
  size_t left;
  uint8_t *between; /* the output of the stage before */
  uint8_t first; /* of DEFLATE: its type shows only in the second byte */
  bool has_first;
  union {
    z_stream z;
    BrotliDecoderState *brotli;
    ZSTD_DStream *zstd;
  } state;
};

struct decoder {
  struct stage stages[MAX_STAGES]; /* the first one reads what was fed */
  int count;
  uint8_t *fed;
  const char *error;
};

uint8_t output[OUTPUT_SIZE];

static void end(struct stage *s)
{
  if(!s->begun)
    return;
  s->begun = false;
  switch(s->coding) {
  case GZIP:
  case DEFLATE:
    inflateEnd(&s->state.z);
    break;
  case BROTLI:
    BrotliDecoderDestroyInstance(s->state.brotli);
    break;
  case ZSTD:
    ZSTD_freeDStream(s->state.zstd);
    break;
  }
}

/* Servers send "deflate" with or without zlib's header. */
static bool is_zlib(uint8_t first, uint8_t second)
{
  return (first & 15) == Z_DEFLATED && ((first << 8) | second) % 31 == 0;
}

static bool begin_inflate(struct stage *s, int window_bits)
{
  static const z_stream fresh;
  s->state.z = fresh;
  return inflateInit2(&s->state.z, window_bits) == Z_OK;
}

/* Makes the state, once enough bytes are there to know which one. */
static bool begin(struct stage *s)
{
  switch(s->coding) {
  case GZIP: /* also accepts zlib's header, as libcurl does */
    s->begun = begin_inflate(s, MAX_WBITS + 32);
    break;
  case DEFLATE:
    if(!s->has_first) {
      s->first = *s->in++;
      s->left--;
      s->has_first = true;
    }
    if(!s->left)
      return true;
    s->begun = begin_inflate(s, is_zlib(s->first, *s->in) ? MAX_WBITS :
                                                            -MAX_WBITS);
    break;
  case BROTLI:
    s->state.brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    s->begun = s->state.brotli != NULL;
    break;
  case ZSTD:
    s->state.zstd = ZSTD_createDStream();
    s->begun = s->state.zstd != NULL;
    if(s->begun)
      ZSTD_DCtx_setParameter(s->state.zstd, ZSTD_d_windowLogMax,
                             ZSTD_WINDOW_LOG);
    break;
  }
  return s->begun;
}

static int inflate_some(struct decoder *d, struct stage *s, uint8_t *out,
                        size_t size)
{
  z_stream *z = &s->state.z;
  int result;
  if(s->coding == GZIP && s->ended) {
    /* another member, or padding */
    if(!*s->in) {
      s->rest = true;
      s->left = 0;
      return 0;
    }
    inflateReset(z);
    s->ended = false;
  }
  z->next_out = out;
  z->avail_out = (uInt)size;
  if(s->has_first) {
    s->has_first = false;
    z->next_in = &s->first;
    z->avail_in = 1;
    inflate(z, Z_NO_FLUSH); /* reads it, and writes nothing yet */
  }
  z->next_in = s->in;
  z->avail_in = (uInt)s->left;
  result = inflate(z, Z_NO_FLUSH);
  s->in = z->next_in;
  s->left = z->avail_in;
  if(result == Z_STREAM_END) {
    s->ended = true;
    s->rest = s->coding == DEFLATE;
  }
  else if(result == Z_MEM_ERROR)
    return FAILED_MEMORY;
  else if(result != Z_OK && result != Z_BUF_ERROR) {
    d->error = z->msg ? z->msg : "invalid data";
    return FAILED_DATA;
  }
  return (int)(size - z->avail_out);
}

static int brotli_some(struct decoder *d, struct stage *s, uint8_t *out,
                       size_t size)
{
  size_t room = size;
  BrotliDecoderResult result =
    BrotliDecoderDecompressStream(s->state.brotli, &s->left, &s->in, &room,
                                  &out, NULL);
  if(result == BROTLI_DECODER_RESULT_ERROR) {
    BrotliDecoderErrorCode code = BrotliDecoderGetErrorCode(s->state.brotli);
    d->error = BrotliDecoderErrorString(code);
    return code <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES &&
           code >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES ?
           FAILED_MEMORY : FAILED_DATA;
  }
  s->ended = s->rest = result == BROTLI_DECODER_RESULT_SUCCESS;
  return (int)(size - room);
}

static int zstd_some(struct decoder *d, struct stage *s, uint8_t *out,
                     size_t size)
{
  ZSTD_inBuffer from = { s->in, s->left, 0 };
  ZSTD_outBuffer to = { out, size, 0 };
  size_t result;
  if(s->ended && !s->left)
    return 0; /* it would ask for the next frame */
  result = ZSTD_decompressStream(s->state.zstd, &to, &from);
  s->in += from.pos;
  s->left -= from.pos;
  if(ZSTD_isError(result)) {
    d->error = ZSTD_getErrorName(result);
    return FAILED_DATA;
  }
  s->ended = !result;
  return (int)to.pos;
}

/* Makes at most 'size' bytes. If it makes none although there is input, it
   reads at least one byte. */
static int some(struct decoder *d, struct stage *s, uint8_t *out, size_t size)
{
  int made;
  if(!s->begun && !s->rest && s->left && !begin(s))
    return FAILED_MEMORY;
  if(s->rest) {
    end(s);
    s->left = 0;
    return 0;
  }
  if(!s->begun || (s->coding == GZIP && s->ended && !s->left))
    return 0;
  switch(s->coding) {
  case GZIP:
  case DEFLATE:
    made = inflate_some(d, s, out, size);
    break;
  case BROTLI:
    made = brotli_some(d, s, out, size);
    break;
  default:
    made = zstd_some(d, s, out, size);
  }
  return made;
}

/* Fills 'out' as far as the input goes. Returns how many bytes, or a negative
   number on failure. */
static int pull(struct decoder *d, int index, uint8_t *out, size_t size)
{
  struct stage *s = &d->stages[index];
  size_t filled = 0;
  while(filled < size) {
    int made;
    size_t before;
    if(!s->left && index > 0) {
      made = pull(d, index - 1, s->between, BETWEEN);
      if(made < 0)
        return made;
      s->in = s->between;
      s->left = (size_t)made;
    }
    before = s->left;
    made = some(d, s, out + filled, size - filled);
    if(made < 0)
      return made;
    filled += (size_t)made;
    if(!made && s->left == before)
      break;
  }
  return (int)filled;
}

/* Frees a decoder in any state. */
void EXPORT(decoder_free)(struct decoder *d)
{
  int i;
  for(i = 0; i < d->count; i++) {
    end(&d->stages[i]);
    free(d->stages[i].between);
  }
  free(d->fed);
  free(d);
}

/* 'codings' has four bits for each coding, at most five of them, the first to
   decode in the lowest bits. NULL when out of memory. */
struct decoder *EXPORT(decoder_new)(unsigned int codings)
{
  struct decoder *d = calloc(1, sizeof(*d));
  if(!d)
    return NULL;
  for(; codings && d->count < MAX_STAGES; codings >>= CODING_BITS) {
    struct stage *s = &d->stages[d->count++];
    s->coding = (enum coding)(codings & ((1 << CODING_BITS) - 1));
    if(d->count > 1) {
      s->between = malloc(BETWEEN);
      if(!s->between) {
        decoder_free(d);
        return NULL;
      }
    }
  }
  return d;
}

/* Returns memory for the next 'length' coded bytes, which the caller fills
   before drain(). The drain() before must have returned 0. NULL when out of
   memory. */
uint8_t *EXPORT(decoder_feed)(struct decoder *d, size_t length)
{
  free(d->fed);
  d->fed = malloc(length);
  d->stages[0].in = d->fed;
  d->stages[0].left = d->fed ? length : 0;
  return d->fed;
}

/* Decodes into decoder_output(). Returns how many bytes, 0 when it needs to be
   fed, or a negative number on failure. */
int EXPORT(decoder_drain)(struct decoder *d)
{
  return pull(d, d->count - 1, output, OUTPUT_SIZE);
}

uint8_t *EXPORT(decoder_output)(void)
{
  return output;
}

/* Whether everything that was fed has been read, and the data may end here:
   at the end of each coding, or before it has begun. */
int EXPORT(decoder_is_complete)(struct decoder *d)
{
  int i;
  for(i = d->count - 1; i >= 0; i--) {
    const struct stage *s = &d->stages[i];
    if(s->rest)
      break;
    if(s->left || s->has_first || (s->begun && !s->ended))
      return 0;
  }
  return 1;
}

/* After FAILED_DATA: the message of the coding's library. */
const char *EXPORT(decoder_error)(struct decoder *d)
{
  return d->error;
}
