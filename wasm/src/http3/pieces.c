/*
 * Gathers the bodies of HTTP/3. By itself libcurl writes what each datagram
 * has, about 1.4 KB, and calls the application for it. That took a seventh of
 * the time of a download. So this wraps libcurl's callbacks of nghttp3: while
 * libcurl reads datagrams, it gets the data of a stream in pieces of 16 KiB.
 * It gets what there is before any other event of which an application could
 * hear, so that their order stays, and when no datagram is left. Pauses,
 * errors and windows stay libcurl's.
 */
#include <string.h>
#include <nghttp3/nghttp3.h>

#include "../glue.h"

/* libcurl's own callbacks, the same for all connections */
static nghttp3_callbacks own;

/* What is gathered, of one stream. */
static struct {
  nghttp3_conn *conn;
  int64_t id;
  void *filter;
  CURL *easy;
  size_t length;
  uint8_t bytes[16 * 1024];
} piece;

/* How many loops that read datagrams are running. There can be a second one
   inside of the first, because an application may drive another multi handle
   in its callback. */
static int loops;
/* libcurl is using the piece. */
static int delivering;

static int deliver(void)
{
  size_t length = piece.length;
  int result;
  if(!length)
    return 0;
  piece.length = 0;
  delivering = 1;
  result = own.recv_data(piece.conn, piece.id, piece.bytes, length,
                         piece.filter, piece.easy);
  delivering = 0;
  return result;
}

static int recv_data(nghttp3_conn *conn, int64_t id, const uint8_t *data,
                     size_t length, void *filter, void *easy)
{
  int result = 0;
  if(!loops || delivering)
    return own.recv_data(conn, id, data, length, filter, easy);
  if(piece.conn != conn || piece.id != id)
    result = deliver();
  piece.conn = conn;
  piece.id = id;
  piece.filter = filter;
  piece.easy = easy;
  while(!result && length) {
    size_t room = sizeof(piece.bytes) - piece.length;
    size_t part = length < room ? length : room;
    memcpy(piece.bytes + piece.length, data, part);
    piece.length += part;
    data += part;
    length -= part;
    if(part == room)
      result = deliver();
  }
  return result;
}

static int recv_header(nghttp3_conn *conn, int64_t id, int32_t token,
                       nghttp3_rcbuf *name, nghttp3_rcbuf *value,
                       uint8_t flags, void *filter, void *easy)
{
  int result = deliver();
  return result ? result : own.recv_header(conn, id, token, name, value,
                                           flags, filter, easy);
}

static int recv_trailer(nghttp3_conn *conn, int64_t id, int32_t token,
                        nghttp3_rcbuf *name, nghttp3_rcbuf *value,
                        uint8_t flags, void *filter, void *easy)
{
  int result = deliver();
  return result ? result : own.recv_trailer(conn, id, token, name, value,
                                            flags, filter, easy);
}

static int reset_stream(nghttp3_conn *conn, int64_t id, uint64_t error_code,
                        void *filter, void *easy)
{
  int result = deliver();
  return result ? result : own.reset_stream(conn, id, error_code, filter,
                                            easy);
}

static int stream_close(nghttp3_conn *conn, int64_t id, uint64_t error_code,
                        void *filter, void *easy)
{
  int result = deliver();
  return result ? result : own.stream_close(conn, id, error_code, filter,
                                            easy);
}

int __real_nghttp3_conn_client_new_versioned(
  nghttp3_conn **conn, int callbacks_version,
  const nghttp3_callbacks *callbacks, int settings_version,
  const nghttp3_settings *settings, const nghttp3_mem *mem, void *filter);
int __wrap_nghttp3_conn_client_new_versioned(
  nghttp3_conn **conn, int callbacks_version,
  const nghttp3_callbacks *callbacks, int settings_version,
  const nghttp3_settings *settings, const nghttp3_mem *mem, void *filter);
int __wrap_nghttp3_conn_client_new_versioned(
  nghttp3_conn **conn, int callbacks_version,
  const nghttp3_callbacks *callbacks, int settings_version,
  const nghttp3_settings *settings, const nghttp3_mem *mem, void *filter)
{
  nghttp3_callbacks ours = own = *callbacks;
  ours.recv_data = recv_data;
  ours.recv_header = recv_header;
  ours.recv_trailer = recv_trailer;
  ours.reset_stream = reset_stream;
  ours.stream_close = stream_close;
  return __real_nghttp3_conn_client_new_versioned(conn, callbacks_version,
                                                  &ours, settings_version,
                                                  settings, mem, filter);
}

CURLcode __real_Curl_vquic_recv_packets(void *filter, CURL *easy, void *quic,
                                        size_t max, void *callback,
                                        void *userp);
CURLcode __wrap_Curl_vquic_recv_packets(void *filter, CURL *easy, void *quic,
                                        size_t max, void *callback,
                                        void *userp);
CURLcode __wrap_Curl_vquic_recv_packets(void *filter, CURL *easy, void *quic,
                                        size_t max, void *callback,
                                        void *userp)
{
  CURLcode result;
  loops++;
  result = __real_Curl_vquic_recv_packets(filter, easy, quic, max, callback,
                                          userp);
  if(deliver() && !result)
    result = CURLE_RECV_ERROR;
  loops--;
  return result;
}
