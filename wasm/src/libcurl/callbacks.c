/*
 * The callbacks of an easy handle (TypeScript side: ts/libcurl/callbacks.ts):
 * for each one a trampoline with libcurl's signature, which passes the call
 * to TypeScript. The pointer that libcurl passes along is the easy handle
 * itself, by which TypeScript finds the function. A close-socket callback can
 * outlive its handle, so its pointer is a number instead.
 */
#include <stdio.h>

#include "callbacks.h"

/* A curl_fileinfo in words of 32 bits, for ts/libcurl/callbacks.ts. curl's own
   has a time_t in it, whose size depends on the version of emscripten. */
struct file_info {
  const char *filename;
  unsigned int filetype;
  unsigned int perm;
  int uid;
  int gid;
  long hardlinks;
  unsigned int flags;
  const char *time_text;
  const char *perm_text;
  const char *user_text;
  const char *group_text;
  const char *target_text;
};

LIBCURL(on_read) size_t ts_on_read(CURL *easy, char *buffer, size_t size);
LIBCURL(on_seek) int ts_on_seek(CURL *easy, double offset, int origin);
LIBCURL(on_ioctl) int ts_on_ioctl(CURL *easy, int cmd);
LIBCURL(on_debug) int ts_on_debug(CURL *easy, int type, char *data,
                                  size_t length);
LIBCURL(on_progress) int ts_on_progress(CURL *easy, int option,
                                        double dltotal, double dlnow,
                                        double ultotal, double ulnow);
LIBCURL(on_sockopt) int ts_on_sockopt(CURL *easy, int s, int purpose);
LIBCURL(on_opensocket) int ts_on_opensocket(CURL *easy, int purpose,
                                            int family, int socktype,
                                            int protocol,
                                            struct sockaddr *address,
                                            unsigned int length);
LIBCURL(on_closesocket) int ts_on_closesocket(int id, int s);
LIBCURL(on_prereq) int ts_on_prereq(CURL *easy, char *primary_ip,
                                    char *local_ip, int primary_port,
                                    int local_port);
LIBCURL(on_resolver_start) int ts_on_resolver_start(CURL *easy);
LIBCURL(on_chunk_bgn) int ts_on_chunk_bgn(CURL *easy,
                                          const struct file_info *info,
                                          double size, int remains);
LIBCURL(on_chunk_end) int ts_on_chunk_end(CURL *easy);
LIBCURL(on_fnmatch) int ts_on_fnmatch(CURL *easy, const char *pattern,
                                      const char *string);
LIBCURL(on_trailer) int ts_on_trailer(CURL *easy, struct curl_slist **list);
LIBCURL(on_hsts_read) int ts_on_hsts_read(CURL *easy, char *name,
                                          size_t name_size, char *expire,
                                          int *include_subdomains);
LIBCURL(on_hsts_write) int ts_on_hsts_write(CURL *easy, char *name,
                                            char *expire,
                                            int include_subdomains,
                                            size_t index, size_t total);
LIBCURL(on_ssh_key) int ts_on_ssh_key(CURL *easy,
                                      const struct curl_khkey *known,
                                      const struct curl_khkey *found,
                                      int match);
LIBCURL(on_ssh_hostkey) int ts_on_ssh_hostkey(CURL *easy, int keytype,
                                              const char *key,
                                              size_t length);

static size_t on_write(char *data, size_t size, size_t n, void *easy)
{
  return ts_on_write(easy, CURLOPT_WRITEFUNCTION, data, size * n);
}

static size_t on_header(char *data, size_t size, size_t n, void *easy)
{
  return ts_on_write(easy, CURLOPT_HEADERFUNCTION, data, size * n);
}

static size_t on_interleave(char *data, size_t size, size_t n, void *easy)
{
  return ts_on_write(easy, CURLOPT_INTERLEAVEFUNCTION, data, size * n);
}

static size_t on_read(char *buffer, size_t size, size_t n, void *easy)
{
  return ts_on_read(easy, buffer, size * n);
}

static int on_seek(void *easy, curl_off_t offset, int origin)
{
  return ts_on_seek(easy, (double)offset, origin);
}

static curlioerr on_ioctl(CURL *handle, int cmd, void *easy)
{
  (void)handle;
  return (curlioerr)ts_on_ioctl(easy, cmd);
}

static int on_debug(CURL *handle, curl_infotype type, char *data,
                    size_t length, void *easy)
{
  (void)handle;
  return ts_on_debug(easy, type, data, length);
}

static int on_progress(void *easy, double dltotal, double dlnow,
                       double ultotal, double ulnow)
{
  return ts_on_progress(easy, CURLOPT_PROGRESSFUNCTION, dltotal, dlnow,
                        ultotal, ulnow);
}

static int on_xferinfo(void *easy, curl_off_t dltotal, curl_off_t dlnow,
                       curl_off_t ultotal, curl_off_t ulnow)
{
  return ts_on_progress(easy, CURLOPT_XFERINFOFUNCTION, (double)dltotal,
                        (double)dlnow, (double)ultotal, (double)ulnow);
}

static int on_sockopt(void *easy, curl_socket_t s, curlsocktype purpose)
{
  return ts_on_sockopt(easy, s, purpose);
}

static curl_socket_t on_opensocket(void *easy, curlsocktype purpose,
                                   struct curl_sockaddr *address)
{
  return ts_on_opensocket(easy, purpose, address->family, address->socktype,
                          address->protocol, &address->addr,
                          address->addrlen);
}

static int on_closesocket(void *id, curl_socket_t s)
{
  return ts_on_closesocket((int)(size_t)id, s);
}

static int on_prereq(void *easy, char *primary_ip, char *local_ip,
                     int primary_port, int local_port)
{
  return ts_on_prereq(easy, primary_ip, local_ip, primary_port, local_port);
}

static int on_resolver_start(void *state, void *reserved, void *easy)
{
  (void)state;
  (void)reserved;
  return ts_on_resolver_start(easy);
}

static long on_chunk_bgn(const void *info, void *easy, int remains)
{
  const struct curl_fileinfo *f = info;
  struct file_info words;
  words.filename = f->filename;
  words.filetype = f->filetype;
  words.perm = f->perm;
  words.uid = f->uid;
  words.gid = f->gid;
  words.hardlinks = f->hardlinks;
  words.flags = f->flags;
  words.time_text = f->strings.time;
  words.perm_text = f->strings.perm;
  words.user_text = f->strings.user;
  words.group_text = f->strings.group;
  words.target_text = f->strings.target;
  return ts_on_chunk_bgn(easy, &words, (double)f->size, remains);
}

static long on_chunk_end(void *easy)
{
  return ts_on_chunk_end(easy);
}

static int on_fnmatch(void *easy, const char *pattern, const char *string)
{
  return ts_on_fnmatch(easy, pattern, string);
}

static int on_trailer(struct curl_slist **list, void *easy)
{
  return ts_on_trailer(easy, list);
}

static CURLSTScode on_hsts_read(CURL *handle, struct curl_hstsentry *e,
                                void *easy)
{
  int subdomains = 0;
  int result = ts_on_hsts_read(easy, e->name, e->namelen, e->expire,
                               &subdomains);
  (void)handle;
  e->includeSubDomains = subdomains & 1;
  return (CURLSTScode)result;
}

static CURLSTScode on_hsts_write(CURL *handle, struct curl_hstsentry *e,
                                 struct curl_index *i, void *easy)
{
  (void)handle;
  return (CURLSTScode)ts_on_hsts_write(easy, e->name, e->expire,
                                       e->includeSubDomains, i->index,
                                       i->total);
}

static int on_ssh_key(CURL *handle, const struct curl_khkey *known,
                      const struct curl_khkey *found,
                      enum curl_khmatch match, void *easy)
{
  (void)handle;
  return ts_on_ssh_key(easy, known, found, match);
}

static int on_ssh_hostkey(void *easy, int keytype, const char *key,
                          size_t length)
{
  return ts_on_ssh_hostkey(easy, keytype, key, length);
}

static const struct callback {
  CURLoption function;
  CURLoption data;
  void *trampoline;
} callbacks[] = {
  { CURLOPT_WRITEFUNCTION, CURLOPT_WRITEDATA, on_write },
  { CURLOPT_HEADERFUNCTION, CURLOPT_HEADERDATA, on_header },
  { CURLOPT_INTERLEAVEFUNCTION, CURLOPT_INTERLEAVEDATA, on_interleave },
  { CURLOPT_READFUNCTION, CURLOPT_READDATA, on_read },
  { CURLOPT_SEEKFUNCTION, CURLOPT_SEEKDATA, on_seek },
  { CURLOPT_IOCTLFUNCTION, CURLOPT_IOCTLDATA, on_ioctl },
  { CURLOPT_DEBUGFUNCTION, CURLOPT_DEBUGDATA, on_debug },
  { CURLOPT_PROGRESSFUNCTION, CURLOPT_XFERINFODATA, on_progress },
  { CURLOPT_XFERINFOFUNCTION, CURLOPT_XFERINFODATA, on_xferinfo },
  { CURLOPT_SOCKOPTFUNCTION, CURLOPT_SOCKOPTDATA, on_sockopt },
  { CURLOPT_OPENSOCKETFUNCTION, CURLOPT_OPENSOCKETDATA, on_opensocket },
  { CURLOPT_CLOSESOCKETFUNCTION, CURLOPT_CLOSESOCKETDATA, on_closesocket },
  { CURLOPT_PREREQFUNCTION, CURLOPT_PREREQDATA, on_prereq },
  { CURLOPT_RESOLVER_START_FUNCTION, CURLOPT_RESOLVER_START_DATA,
    on_resolver_start },
  { CURLOPT_CHUNK_BGN_FUNCTION, CURLOPT_CHUNK_DATA, on_chunk_bgn },
  { CURLOPT_CHUNK_END_FUNCTION, CURLOPT_CHUNK_DATA, on_chunk_end },
  { CURLOPT_FNMATCH_FUNCTION, CURLOPT_FNMATCH_DATA, on_fnmatch },
  { CURLOPT_TRAILERFUNCTION, CURLOPT_TRAILERDATA, on_trailer },
  { CURLOPT_HSTSREADFUNCTION, CURLOPT_HSTSREADDATA, on_hsts_read },
  { CURLOPT_HSTSWRITEFUNCTION, CURLOPT_HSTSWRITEDATA, on_hsts_write },
  { CURLOPT_SSH_KEYFUNCTION, CURLOPT_SSH_KEYDATA, on_ssh_key },
  { CURLOPT_SSH_HOSTKEYFUNCTION, CURLOPT_SSH_HOSTKEYDATA, on_ssh_hostkey },
};

/* Sets the pointer that libcurl's own function of a callback option expects:
   a FILE for some. Other pointers mean nothing without a function. */
static CURLcode reset_data(CURL *easy, const struct callback *c)
{
  switch(c->function) {
  case CURLOPT_WRITEFUNCTION:
    return curl_easy_setopt(easy, c->data, stdout);
  case CURLOPT_READFUNCTION:
    return curl_easy_setopt(easy, c->data, stdin);
  case CURLOPT_HEADERFUNCTION:
    return curl_easy_setopt(easy, c->data, NULL);
  default:
    return CURLE_OK;
  }
}

/* Installs the trampoline of a callback option with 'data' as its pointer.
   With data NULL, restores libcurl's default behaviour. Returns
   CURLE_UNKNOWN_OPTION for an option that has no trampoline. */
int EXPORT(easy_setopt_callback)(CURL *easy, CURLoption option, void *data)
{
  size_t i;
  for(i = 0; i < sizeof(callbacks) / sizeof(callbacks[0]); i++) {
    const struct callback *c = &callbacks[i];
    CURLcode result;
    if(c->function != option)
      continue;
    result = curl_easy_setopt(easy, c->function,
                              data ? c->trampoline : NULL);
    if(result)
      return result;
    return data ? curl_easy_setopt(easy, c->data, data) :
      reset_data(easy, c);
  }
  return CURLE_UNKNOWN_OPTION;
}
