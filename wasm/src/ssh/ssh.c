/*
 * What libcurl's SFTP and SCP do differently here. Above all, transfers end
 * without blocking. libcurl waits inside a call for what ends a transfer: the
 * answer that closes the file, the commands of POSTQUOTE, the end of an SSH
 * session. In JavaScript nothing arrives meanwhile. So here the end is the
 * last part of the transfer, which events drive as they drive the rest.
 */
#define HAVE_CONFIG_H
#define BUILDING_LIBCURL
#include <curl_setup.h>
#include <errno.h>
#include <urldata.h>
#include <multiif.h>
#include <progress.h>
#include <request.h>
#include <select.h>
#include <url.h>
#include <vssh/ssh.h>
#include <vssh/vssh.h>

#include "ssh_agent.h"
#include "ssh_unsent.h"

static struct ssh_conn *session_of(struct connectdata *conn)
{
  return Curl_conn_meta_get(conn, CURL_META_SSH_CONN);
}

/* libcurl frees the path when it has closed the file. SCP has a channel for
   each file instead. */
static bool is_closed(struct Curl_easy *data, struct ssh_conn *sshc)
{
  struct SSHPROTO *sshp = Curl_meta_get(data, CURL_META_SSH_EASY);
  return data->conn->scheme->protocol & CURLPROTO_SCP ? !sshc->ssh_channel :
    !sshp || !sshp->path;
}

static void start_closing(struct Curl_easy *data, struct ssh_conn *sshc)
{
  if(data->conn->scheme->protocol & CURLPROTO_SCP)
    myssh_to(data, sshc, SSH_SCP_DONE);
  else {
    if(data->set.postquote)
      sshc->nextstate = SSH_SFTP_POSTQUOTE_INIT;
    myssh_to(data, sshc, SSH_SFTP_CLOSE);
  }
}

/* Sends and receives. When everything has been transferred, the transfer goes
   on until the file is closed. */
CURLcode __real_Curl_sendrecv(struct Curl_easy *data);
CURLcode __wrap_Curl_sendrecv(struct Curl_easy *data);
CURLcode __wrap_Curl_sendrecv(struct Curl_easy *data)
{
  struct ssh_conn *sshc;
  CURLcode result;
  bool done;
  if(!(data->conn->scheme->protocol & PROTO_FAMILY_SSH))
    return __real_Curl_sendrecv(data);
  sshc = session_of(data->conn);
  if(sshc->state == SSH_STOP) {
    result = __real_Curl_sendrecv(data);
    if(result || !data->req.done || is_closed(data, sshc))
      return result;
    start_closing(data, sshc);
  }
  result = data->conn->scheme->run->doing(data, &done);
  data->req.done = done;
  return result ? result : Curl_pgrsCheck(data);
}

/* The rest of what libcurl's own function does. It is also called for a
   transfer that ends early, whose connection libcurl closes then. */
static CURLcode done(struct Curl_easy *data, CURLcode status, bool premature)
{
  (void)premature;
  if(Curl_pgrsDone(data))
    return CURLE_ABORTED_BY_CALLBACK;
  CURL_REQ_CLEAR_IO(data);
  return status;
}

static ssize_t send_nothing(libssh2_socket_t s, const void *buffer,
                            size_t length, int flags, void **abstract)
{
  (void)s;
  (void)buffer;
  (void)length;
  (void)flags;
  (void)abstract;
  return -EPIPE;
}

static ssize_t receive_nothing(libssh2_socket_t s, void *buffer,
                               size_t length, int flags, void **abstract)
{
  (void)s;
  (void)buffer;
  (void)length;
  (void)flags;
  (void)abstract;
  return -ECONNRESET;
}

/* Says goodbye, and waits for nothing: libcurl frees the session when it
   frees the connection, and libssh2 must not find a reason to wait then. */
static CURLcode disconnect(struct Curl_easy *data, struct connectdata *conn,
                           bool dead_connection)
{
  struct ssh_conn *sshc = session_of(conn);
  LIBSSH2_SESSION *session = sshc ? sshc->ssh_session : NULL;
  if(session) {
    if(sshc->ssh_agent)
      ssh_agent_unwatch(data, sshc->ssh_agent);
    if(!dead_connection)
      libssh2_session_disconnect(session, "Shutdown");
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_SEND,
                                  (libssh2_cb_generic *)send_nothing);
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_RECV,
                                  (libssh2_cb_generic *)receive_nothing);
  }
  ssh_drop_unsent(conn->sock[FIRSTSOCKET]);
  return CURLE_OK;
}

/* Not 0 inside a call of libssh2 that opens a channel for SCP. */
static int opening;

LIBSSH2_CHANNEL *__real_libssh2_scp_recv2(LIBSSH2_SESSION *session,
                                          const char *path,
                                          libssh2_struct_stat *stat);
LIBSSH2_CHANNEL *__wrap_libssh2_scp_recv2(LIBSSH2_SESSION *session,
                                          const char *path,
                                          libssh2_struct_stat *stat);
LIBSSH2_CHANNEL *__wrap_libssh2_scp_recv2(LIBSSH2_SESSION *session,
                                          const char *path,
                                          libssh2_struct_stat *stat)
{
  LIBSSH2_CHANNEL *channel;
  opening++;
  channel = __real_libssh2_scp_recv2(session, path, stat);
  opening--;
  return channel;
}

LIBSSH2_CHANNEL *__real_libssh2_scp_send64(LIBSSH2_SESSION *session,
                                           const char *path, int mode,
                                           libssh2_int64_t size, time_t mtime,
                                           time_t atime);
LIBSSH2_CHANNEL *__wrap_libssh2_scp_send64(LIBSSH2_SESSION *session,
                                           const char *path, int mode,
                                           libssh2_int64_t size, time_t mtime,
                                           time_t atime);
LIBSSH2_CHANNEL *__wrap_libssh2_scp_send64(LIBSSH2_SESSION *session,
                                           const char *path, int mode,
                                           libssh2_int64_t size, time_t mtime,
                                           time_t atime)
{
  LIBSSH2_CHANNEL *channel;
  opening++;
  channel = __real_libssh2_scp_send64(session, path, mode, size, mtime, atime);
  opening--;
  return channel;
}

/* When SCP fails, libssh2 calls this until the server has closed the channel,
   too. The session frees what is not freed here. */
int __real_libssh2_channel_free(LIBSSH2_CHANNEL *channel);
int __wrap_libssh2_channel_free(LIBSSH2_CHANNEL *channel);
int __wrap_libssh2_channel_free(LIBSSH2_CHANNEL *channel)
{
  int result = __real_libssh2_channel_free(channel);
  return opening && result == LIBSSH2_ERROR_EAGAIN ? 0 : result;
}

/* A transfer may also wait for the SSH agent, and for room to send what is
   kept. */
static CURLcode pollset(struct Curl_easy *data, struct easy_pollset *ps)
{
  struct ssh_conn *sshc = session_of(data->conn);
  curl_socket_t s = data->conn->sock[FIRSTSOCKET];
  curl_socket_t agent;
  int events = sshc && sshc->ssh_agent ?
    ssh_agent_waits(sshc->ssh_agent, &agent) : 0;
  CURLcode result = events ? Curl_pollset_change(data, ps, agent, events, 0) :
    Curl_ssh_pollset(data, ps);
  return !result && ssh_has_unsent(s) ?
    Curl_pollset_change(data, ps, s, CURL_POLL_OUT, 0) : result;
}

/* Bytes. libssh2 asks for four times as much as libcurl can read at once, and
   sends as much as libcurl has read, before it waits for the server. With
   libcurl's own 16 and 64 KiB, downloads and uploads had half of the speed.
   Other sizes are those of the application. */
#define DOWNLOAD_BUFFER (256 * 1024)
#define UPLOAD_BUFFER (512 * 1024)

/* Called when a transfer begins. Takes the passphrase of the key from its
   option: libcurl 8.22.0 takes it from where it copies it to later, so a
   handle's first transfer has none. */
CURLcode __real_Curl_ssh_setup_pkey(struct Curl_easy *data,
                                    struct ssh_conn *sshc);
CURLcode __wrap_Curl_ssh_setup_pkey(struct Curl_easy *data,
                                    struct ssh_conn *sshc);
CURLcode __wrap_Curl_ssh_setup_pkey(struct Curl_easy *data,
                                    struct ssh_conn *sshc)
{
  const char *passphrase = CURL_EASY_STR(data, STRING_KEY_PASSWD);
  CURLcode result = __real_Curl_ssh_setup_pkey(data, sshc);
  sshc->passphrase = passphrase ? passphrase : "";
  if(data->set.buffer_size == READBUFFER_SIZE)
    data->set.buffer_size = DOWNLOAD_BUFFER;
  if(data->set.upload_buffer_size == UPLOADBUFFER_DEFAULT)
    data->set.upload_buffer_size = UPLOAD_BUFFER;
  return result;
}

/* Replaces functions in libcurl's table of a protocol. The linker cannot
   replace a table, but WebAssembly has no memory that is read-only. The
   compiler must not see that the table is a constant. */
static void replace_functions(const char *scheme)
{
  struct Curl_protocol *p =
    (struct Curl_protocol *)(uintptr_t)Curl_get_scheme(scheme)->run;
  p->done = done;
  p->disconnect = disconnect;
  p->proto_pollset = p->doing_pollset = p->perform_pollset = pollset;
}

CURLcode __real_Curl_ssh_init(void);
CURLcode __wrap_Curl_ssh_init(void);
CURLcode __wrap_Curl_ssh_init(void)
{
  replace_functions("sftp");
  replace_functions("scp");
  return __real_Curl_ssh_init();
}
