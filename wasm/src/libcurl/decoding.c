/*
 * Makes libcurl's own decoders of compressed bodies stop when the client
 * pauses. They decode all of their input, which can become a million times
 * as large, and libcurl has to buffer what comes after a pause. Here, once
 * the transfer is paused, the functions that they call to decode a block
 * report that the input has ended. The input is kept, and decoded when the
 * transfer goes on.
 */
#define HAVE_CONFIG_H
#define BUILDING_LIBCURL
#include <urldata.h>
#include <sendf.h>
#include <connect.h>
#include <stdlib.h>
#include <string.h>

#include <brotli/decode.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include "../glue.h"
#include "decoding.h"

/* Input that a decoder has not decoded. It is stored behind libcurl's own
   data of the decoder. */
struct rest {
  uint8_t *bytes;
  size_t left;
  int type; /* CLIENTWRITE_* */
  bool stopped; /* it may have more to write even if no input is left */
  CURLcode failure; /* of decoding after a pause */
};

/* A type of decoder: libcurl's own, and the one that replaces it. */
struct decoder_type {
  struct Curl_cwtype stoppable; /* first: writers point to it */
  const struct Curl_cwtype *own;
};

/* gzip, deflate, br and zstd */
#define TYPES 4
static struct decoder_type types[TYPES];

static const struct Curl_cwtype *own_type(const struct Curl_cwriter *writer)
{
  return ((const struct decoder_type *)writer->cwt)->own;
}

static size_t own_size(const struct Curl_cwtype *own)
{
  return (own->cwriter_size + 7) & ~(size_t)7;
}

static struct rest *rest_of(struct Curl_cwriter *writer)
{
  return (struct rest *)((char *)writer->ctx + own_size(own_type(writer)));
}

/* A decoder that runs. It may write to another one, which then runs inside. */
struct work {
  struct work *outer;
  struct Curl_easy *data;
  struct Curl_cwriter *writer;
  bool drains; /* there is no input: the byte that it was given is no data */
  bool stopped;
  const void *input; /* what it has not read when it stops */
  size_t left;
};
static struct work *working;

int decoding_now(void)
{
  return working != NULL;
}

/* The decoder that runs, if 'output' is its buffer, which is a part of its
   own data. Otherwise NULL. */
static struct work *work_to(const void *output)
{
  const char *own, *at = output;
  if(!working)
    return NULL;
  own = (const char *)working->writer;
  return at >= own && at < own + own_size(own_type(working->writer)) ?
    working : NULL;
}

/* Whether the decoder has to stop here. Remembers the input for later. */
static bool stops(struct work *w, const void *input, size_t left)
{
  if(!Curl_cwriter_is_paused(w->data))
    return false;
  w->stopped = true;
  w->input = input;
  w->left = left;
  return true;
}

int __real_inflate(z_streamp z, int flush);
int __wrap_inflate(z_streamp z, int flush);
int __wrap_inflate(z_streamp z, int flush)
{
  struct work *w = work_to(z->next_out);
  if(w) {
    if(w->drains)
      z->avail_in = 0;
    w->drains = false;
    if(stops(w, z->next_in, z->avail_in))
      return Z_BUF_ERROR;
  }
  return __real_inflate(z, flush);
}

BrotliDecoderResult __real_BrotliDecoderDecompressStream(
  BrotliDecoderState *state, size_t *available_in, const uint8_t **next_in,
  size_t *available_out, uint8_t **next_out, size_t *total_out);
BrotliDecoderResult __wrap_BrotliDecoderDecompressStream(
  BrotliDecoderState *state, size_t *available_in, const uint8_t **next_in,
  size_t *available_out, uint8_t **next_out, size_t *total_out);
BrotliDecoderResult __wrap_BrotliDecoderDecompressStream(
  BrotliDecoderState *state, size_t *available_in, const uint8_t **next_in,
  size_t *available_out, uint8_t **next_out, size_t *total_out)
{
  struct work *w = work_to(*next_out);
  if(w) {
    if(w->drains)
      *available_in = 0;
    w->drains = false;
    if(stops(w, *next_in, *available_in)) {
      *available_in = 0;
      return BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT;
    }
  }
  return __real_BrotliDecoderDecompressStream(state, available_in, next_in,
                                              available_out, next_out,
                                              total_out);
}

size_t __real_ZSTD_decompressStream(ZSTD_DStream *state, ZSTD_outBuffer *out,
                                    ZSTD_inBuffer *in);
size_t __wrap_ZSTD_decompressStream(ZSTD_DStream *state, ZSTD_outBuffer *out,
                                    ZSTD_inBuffer *in);
size_t __wrap_ZSTD_decompressStream(ZSTD_DStream *state, ZSTD_outBuffer *out,
                                    ZSTD_inBuffer *in)
{
  struct work *w = work_to(out->dst);
  if(w) {
    if(w->drains)
      in->pos = in->size;
    w->drains = false;
    if(stops(w, (const char *)in->src + in->pos, in->size - in->pos)) {
      in->pos = in->size;
      return 1; /* not at the end of a frame */
    }
  }
  return __real_ZSTD_decompressStream(state, out, in);
}

/* Keeps more input for later. */
static CURLcode keep(struct rest *r, int type, const void *input, size_t size)
{
  if(size) {
    uint8_t *bytes = realloc(r->bytes, r->left + size);
    if(!bytes)
      return CURLE_OUT_OF_MEMORY;
    memcpy(bytes + r->left, input, size);
    r->bytes = bytes;
    r->left += size;
  }
  r->type = type;
  r->stopped = true;
  return CURLE_OK;
}

/* Makes the decoder decode 'input', or, if that is NULL, write what it still
   holds. */
static CURLcode decode(struct Curl_easy *data, struct Curl_cwriter *writer,
                       int type, const char *input, size_t size)
{
  struct work w = { working, data, writer, !input, false, NULL, 0 };
  CURLcode result;
  working = &w;
  /* without a byte of input it would do nothing */
  result = own_type(writer)->do_write(data, writer, type, input ? input : "",
                                      input ? size : 1);
  working = w.outer;
  if(!result && w.stopped)
    result = keep(rest_of(writer), type, w.input, w.left);
  return result;
}

static CURLcode decoder_write(struct Curl_easy *data,
                              struct Curl_cwriter *writer, int type,
                              const char *input, size_t size)
{
  struct rest *r = rest_of(writer);
  if(r->failure)
    return r->failure;
  if(!(type & CLIENTWRITE_BODY) || (!size && !r->stopped))
    return own_type(writer)->do_write(data, writer, type, input, size);
  /* libcurl holds content back during a pause, but not Transfer-Encoding */
  if(r->stopped || Curl_cwriter_is_paused(data))
    return keep(r, type, input, size);
  return decode(data, writer, type, input, size);
}

static CURLcode decoder_flush(struct Curl_easy *data,
                              struct Curl_cwriter *writer)
{
  struct rest *r = rest_of(writer);
  return r->failure ? r->failure : own_type(writer)->do_flush(data, writer);
}

static void decoder_close(struct Curl_easy *data, struct Curl_cwriter *writer)
{
  free(rest_of(writer)->bytes);
  own_type(writer)->do_close(data, writer);
}

static const struct Curl_cwtype *stoppable(const struct Curl_cwtype *own)
{
  int i = 0;
  while(i < TYPES && types[i].own && types[i].own != own)
    i++;
  if(i == TYPES)
    return own;
  if(!types[i].own) {
    struct Curl_cwtype *type = &types[i].stoppable;
    types[i].own = own;
    *type = *own;
    type->do_write = decoder_write;
    type->do_flush = decoder_flush;
    type->do_close = decoder_close;
    type->cwriter_size = own_size(own) + sizeof(struct rest);
  }
  return &types[i].stoppable;
}

CURLcode __real_Curl_cwriter_create(struct Curl_cwriter **writer,
                                    struct Curl_easy *data,
                                    const struct Curl_cwtype *type,
                                    Curl_cwriter_phase phase);
CURLcode __wrap_Curl_cwriter_create(struct Curl_cwriter **writer,
                                    struct Curl_easy *data,
                                    const struct Curl_cwtype *type,
                                    Curl_cwriter_phase phase);
CURLcode __wrap_Curl_cwriter_create(struct Curl_cwriter **writer,
                                    struct Curl_easy *data,
                                    const struct Curl_cwtype *type,
                                    Curl_cwriter_phase phase)
{
  if(type->flags & CURL_CW_FLAG_BLOWUP)
    type = stoppable(type);
  return __real_Curl_cwriter_create(writer, data, type, phase);
}

/* Decodes what a decoder has kept. On failure it returns CURLE_AGAIN and ends
   the transfer, which gets the failure when its writers are flushed: the call
   that unpauses it must not fail. */
static CURLcode go_on(struct Curl_easy *data, struct Curl_cwriter *writer)
{
  struct rest *r = rest_of(writer);
  struct rest kept = *r;
  memset(r, 0, sizeof(*r));
  r->failure = decode(data, writer, kept.type, (char *)kept.bytes, kept.left);
  free(kept.bytes);
  if(!r->failure)
    return CURLE_OK;
  streamclose(data->conn);
  data->req.done = TRUE;
  return CURLE_AGAIN;
}

/* Starts with the last writers: what they have kept is from earlier in the
   body. */
static CURLcode go_on_from(struct Curl_easy *data, struct Curl_cwriter *writer)
{
  CURLcode result = writer->next ? go_on_from(data, writer->next) : CURLE_OK;
  if(result || writer->cwt->do_write != decoder_write ||
     !rest_of(writer)->stopped)
    return result;
  result = Curl_cwriter_flush(data, writer->next);
  return result || Curl_cwriter_is_paused(data) ? result :
    go_on(data, writer);
}

CURLcode __real_Curl_cwriter_unpause(struct Curl_easy *data);
CURLcode __wrap_Curl_cwriter_unpause(struct Curl_easy *data);
CURLcode __wrap_Curl_cwriter_unpause(struct Curl_easy *data)
{
  CURLcode result;
  data->req.writer.paused = FALSE;
  result = go_on_from(data, data->req.writer.stack);
  if(result == CURLE_AGAIN)
    return CURLE_OK;
  return result || Curl_cwriter_is_paused(data) ? result :
    __real_Curl_cwriter_unpause(data);
}
