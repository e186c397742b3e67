/*
 * Corrects how libcurl 8.22 handles two frames of HTTP/2. It wraps libcurl's
 * callbacks of nghttp2 for a frame and for the end of a stream.
 * RST_STREAM(NO_ERROR) in the middle of a body does not complete the body.
 * GOAWAY(HTTP_1_1_REQUIRED) ends the requests without an answer, which
 * libcurl then sends again with HTTP/1.1, as after a RST_STREAM of that code.
 */
#include <nghttp2/nghttp2.h>

#include "../glue.h"
#include "http2.h"

/* libcurl's own callbacks */
static nghttp2_on_frame_recv_callback frame_received;
static nghttp2_on_stream_close_callback stream_closed;

/* A stream, by its connection and number. */
struct stream {
  const nghttp2_session *session;
  int32_t id;
};

/* The stream that RST_STREAM(NO_ERROR) ends at the moment. */
static struct stream reset;
/* Streams whose answers were complete before their requests. */
#define ANSWERED 64
static struct stream answered[ANSWERED];
static unsigned int answers;

static int is_answered(const nghttp2_session *session, int32_t id)
{
  int i;
  for(i = 0; i < ANSWERED; i++) {
    if(answered[i].session == session && answered[i].id == id) {
      answered[i].session = NULL;
      return 1;
    }
  }
  return 0;
}

/* Handles whose streams were refused, until http2_was_refused() is called. A
   server that shuts down refuses many at once. */
#define REFUSED 256
static const CURL *refused[REFUSED];
static unsigned int refusals;

int http2_was_refused(const CURL *easy)
{
  int i;
  for(i = 0; i < REFUSED; i++) {
    if(refused[i] == easy) {
      refused[i] = NULL;
      return 1;
    }
  }
  return 0;
}

static int is_unanswered(CURL *easy)
{
  long size = 0;
  return easy && !curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &size) &&
         !size;
}

/* Ends the requests that the server will not answer on this connection. */
static void require_http1(nghttp2_session *session, void *userp)
{
  uint32_t next = nghttp2_session_get_next_stream_id(session);
  int32_t id;
  for(id = 1; (uint32_t)id < next; id += 2) {
    if(is_unanswered(nghttp2_session_get_stream_user_data(session, id)))
      stream_closed(session, id, NGHTTP2_HTTP_1_1_REQUIRED, userp);
  }
}

static int on_frame_recv(nghttp2_session *session, const nghttp2_frame *frame,
                         void *userp)
{
  int32_t id = frame->hd.stream_id;
  int result;
  reset.session = NULL;
  switch(frame->hd.type) {
  case NGHTTP2_DATA:
  case NGHTTP2_HEADERS:
    if((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) &&
       !nghttp2_session_get_stream_local_close(session, id)) {
      struct stream *s = &answered[answers++ % ANSWERED];
      s->session = session;
      s->id = id;
    }
    break;
  case NGHTTP2_RST_STREAM:
    if(frame->rst_stream.error_code == NGHTTP2_NO_ERROR) {
      reset.session = session;
      reset.id = id;
    }
    break;
  }
  result = frame_received(session, frame, userp);
  if(!result && frame->hd.type == NGHTTP2_GOAWAY &&
     frame->goaway.error_code == NGHTTP2_HTTP_1_1_REQUIRED)
    require_http1(session, userp);
  return result;
}

static int on_stream_close(nghttp2_session *session, int32_t id,
                           uint32_t error_code, void *userp)
{
  CURL *easy = nghttp2_session_get_stream_user_data(session, id);
  int whole = is_answered(session, id);
  if(reset.session == session && reset.id == id && !whole)
    error_code = NGHTTP2_PROTOCOL_ERROR;
  if(error_code == NGHTTP2_REFUSED_STREAM && easy)
    refused[refusals++ % REFUSED] = easy;
  return stream_closed(session, id, error_code, userp);
}

/* The callbacks that were set last, because nghttp2 does not tell which ones
   are set. Connections to servers, but not those to proxies, set one for the
   begin of headers after these two. */
static nghttp2_on_frame_recv_callback last_frame_recv;
static nghttp2_on_stream_close_callback last_stream_close;

void __real_nghttp2_session_callbacks_set_on_frame_recv_callback(
  nghttp2_session_callbacks *cbs, nghttp2_on_frame_recv_callback callback);
void __wrap_nghttp2_session_callbacks_set_on_frame_recv_callback(
  nghttp2_session_callbacks *cbs, nghttp2_on_frame_recv_callback callback);
void __wrap_nghttp2_session_callbacks_set_on_frame_recv_callback(
  nghttp2_session_callbacks *cbs, nghttp2_on_frame_recv_callback callback)
{
  last_frame_recv = callback;
  __real_nghttp2_session_callbacks_set_on_frame_recv_callback(cbs, callback);
}

void __real_nghttp2_session_callbacks_set_on_stream_close_callback(
  nghttp2_session_callbacks *cbs, nghttp2_on_stream_close_callback callback);
void __wrap_nghttp2_session_callbacks_set_on_stream_close_callback(
  nghttp2_session_callbacks *cbs, nghttp2_on_stream_close_callback callback);
void __wrap_nghttp2_session_callbacks_set_on_stream_close_callback(
  nghttp2_session_callbacks *cbs, nghttp2_on_stream_close_callback callback)
{
  last_stream_close = callback;
  __real_nghttp2_session_callbacks_set_on_stream_close_callback(cbs, callback);
}

void __real_nghttp2_session_callbacks_set_on_begin_headers_callback(
  nghttp2_session_callbacks *cbs, nghttp2_on_begin_headers_callback callback);
void __wrap_nghttp2_session_callbacks_set_on_begin_headers_callback(
  nghttp2_session_callbacks *cbs, nghttp2_on_begin_headers_callback callback);
void __wrap_nghttp2_session_callbacks_set_on_begin_headers_callback(
  nghttp2_session_callbacks *cbs, nghttp2_on_begin_headers_callback callback)
{
  frame_received = last_frame_recv;
  stream_closed = last_stream_close;
  __real_nghttp2_session_callbacks_set_on_frame_recv_callback(cbs,
                                                              on_frame_recv);
  __real_nghttp2_session_callbacks_set_on_stream_close_callback(
    cbs, on_stream_close);
  __real_nghttp2_session_callbacks_set_on_begin_headers_callback(cbs,
                                                                 callback);
}
