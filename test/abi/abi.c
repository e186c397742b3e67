/*
 * Prints the numbers of shim/abi.ts, and the layouts of the structures that
 * ts/ reads, as the C headers have them. The ABI test compiles this, and
 * compares each number by name.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>
#include <curl/curl.h>
#include <ares.h>

struct entry {
  const char *name;
  double value;
};

#define N(name) { #name, (double)(name) },
#define OFFSET(type, member) \
  { #type "." #member, (double)offsetof(struct type, member) },
#define SIZE(type) { #type, (double)sizeof(struct type) },
#define VERSION(member) OFFSET(curl_version_info_data, member)

static const struct entry table[] = {
  N(E2BIG) N(EACCES) N(EADDRINUSE) N(EADDRNOTAVAIL) N(EAFNOSUPPORT) N(EAGAIN)
  N(EALREADY) N(EBADF) N(ECANCELED) N(ECONNABORTED) N(ECONNREFUSED)
  N(ECONNRESET) N(EDEADLK) N(EDESTADDRREQ) N(EEXIST) N(EFAULT) N(EFBIG) N(EHOSTUNREACH)
  N(EINPROGRESS) N(EINTR) N(EINVAL) N(EIO) N(EISCONN) N(EISDIR) N(ELOOP)
  N(EMFILE) N(EMSGSIZE) N(ENAMETOOLONG) N(ENETDOWN) N(ENETUNREACH) N(ENFILE)
  N(ENOBUFS) N(ENODEV) N(ENOENT) N(ENOMEM) N(ENOPROTOOPT) N(ENOSPC) N(ENOSYS)
  N(ENOTCONN) N(ENOTDIR) N(ENOTEMPTY) N(ENOTSOCK) N(ENOTSUP) N(ENOTTY)
  N(ENXIO) N(EOPNOTSUPP) N(EPERM) N(EPIPE) N(EPROTO) N(EPROTONOSUPPORT) N(EPROTOTYPE)
  N(ERANGE) N(EROFS) N(ESPIPE) N(ESRCH) N(ETIMEDOUT) N(ETXTBSY) N(EXDEV)
  N(EBUSY) N(EMLINK)
  N(AF_UNSPEC) N(AF_UNIX) N(AF_INET) N(AF_INET6)
  N(SOCK_STREAM) N(SOCK_DGRAM) N(SOCK_NONBLOCK) N(SOCK_CLOEXEC)
  N(IPPROTO_TCP) N(IPPROTO_UDP) N(IPPROTO_IPV6)
  N(SOL_SOCKET) N(SO_ERROR) N(SO_TYPE) N(SO_KEEPALIVE) N(SO_REUSEADDR)
  N(SO_BROADCAST) N(SO_RCVBUF) N(SO_SNDBUF) N(SO_DOMAIN) N(SO_PROTOCOL)
  N(SO_BINDTODEVICE) N(SO_ACCEPTCONN)
  N(TCP_NODELAY) N(TCP_KEEPIDLE) N(TCP_KEEPINTVL) N(TCP_KEEPCNT)
  N(IPV6_V6ONLY)
  N(MSG_PEEK) N(MSG_DONTWAIT) N(MSG_NOSIGNAL)
  N(SHUT_RD) N(SHUT_WR) N(SHUT_RDWR)
  N(POLLIN) N(POLLPRI) N(POLLOUT) N(POLLERR) N(POLLHUP) N(POLLNVAL)
  N(POLLRDNORM) N(POLLWRNORM)
  N(F_DUPFD) N(F_GETFD) N(F_SETFD) N(F_GETFL) N(F_SETFL) N(F_DUPFD_CLOEXEC)
  N(FIONBIO) N(FIONREAD) N(TIOCGWINSZ)
  N(O_RDONLY) N(O_WRONLY) N(O_RDWR) N(O_CREAT) N(O_EXCL) N(O_TRUNC)
  N(O_APPEND) N(O_NONBLOCK) N(O_DIRECTORY) N(O_NOFOLLOW)
  N(SEEK_SET) N(SEEK_CUR) N(SEEK_END)
  N(S_IFMT) N(S_IFREG) N(S_IFDIR) N(S_IFLNK) N(S_IFCHR) N(S_IFBLK)
  N(S_IFIFO) N(S_IFSOCK)
  N(DT_UNKNOWN) N(DT_FIFO) N(DT_CHR) N(DT_DIR) N(DT_BLK) N(DT_REG) N(DT_LNK)
  N(DT_SOCK)
  N(ARES_SUCCESS) N(ARES_ENODATA) N(ARES_ESERVFAIL) N(ARES_ENOTFOUND)
  N(ARES_EREFUSED) N(ARES_ECONNREFUSED) N(ARES_ETIMEOUT) N(ARES_ENOMEM)
  SIZE(sockaddr_in) OFFSET(sockaddr_in, sin_family)
  OFFSET(sockaddr_in, sin_port) OFFSET(sockaddr_in, sin_addr)
  SIZE(sockaddr_in6) OFFSET(sockaddr_in6, sin6_port)
  OFFSET(sockaddr_in6, sin6_addr) OFFSET(sockaddr_in6, sin6_scope_id)
  SIZE(sockaddr_un) OFFSET(sockaddr_un, sun_path)
  N(TCGETS) N(TCSETS) N(TCSETSF) N(ICANON) N(ECHO)
  SIZE(termios) OFFSET(termios, c_lflag)
  SIZE(winsize) OFFSET(winsize, ws_row) OFFSET(winsize, ws_col)
  SIZE(iovec) OFFSET(iovec, iov_base) OFFSET(iovec, iov_len)
  SIZE(pollfd) OFFSET(pollfd, fd) OFFSET(pollfd, events)
  OFFSET(pollfd, revents)
  SIZE(curl_header) OFFSET(curl_header, name) OFFSET(curl_header, value)
  OFFSET(curl_header, amount) OFFSET(curl_header, index)
  OFFSET(curl_header, origin)
  OFFSET(curl_ws_frame, flags) OFFSET(curl_ws_frame, offset)
  OFFSET(curl_ws_frame, bytesleft)
  SIZE(curl_slist) OFFSET(curl_slist, data) OFFSET(curl_slist, next)
  OFFSET(curl_certinfo, num_of_certs) OFFSET(curl_certinfo, certinfo)
  VERSION(version) VERSION(version_num) VERSION(host) VERSION(features)
  VERSION(ssl_version) VERSION(libz_version) VERSION(protocols) VERSION(ares)
  VERSION(libidn) VERSION(libssh_version) VERSION(brotli_version)
  VERSION(nghttp2_version) VERSION(quic_version) VERSION(cainfo)
  VERSION(capath) VERSION(zstd_version) VERSION(gsasl_version)
  VERSION(feature_names) VERSION(rtmp_version)
};

__attribute__((export_name("table")))
const struct entry *get_table(void)
{
  return table;
}

__attribute__((export_name("count")))
int get_count(void)
{
  return (int)(sizeof(table) / sizeof(table[0]));
}
