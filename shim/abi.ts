// The numbers and layouts of the C side that the host has to agree on: errno, sockets, files.
//
// They are musl's as emscripten configures it (its errno numbers are WASI's). test/abi compiles a C program that prints
// what the headers say and compares every line of this file with it.

export const errno = {
  EACCES: 2,
  EADDRINUSE: 3,
  EADDRNOTAVAIL: 4,
  EAFNOSUPPORT: 5,
  EAGAIN: 6,
  EALREADY: 7,
  EBADF: 8,
  EBUSY: 10,
  ECANCELED: 11,
  ECONNABORTED: 13,
  ECONNREFUSED: 14,
  ECONNRESET: 15,
  EDEADLK: 16,
  EDESTADDRREQ: 17,
  EEXIST: 20,
  EFAULT: 21,
  EFBIG: 22,
  EHOSTUNREACH: 23,
  EINPROGRESS: 26,
  EINTR: 27,
  EINVAL: 28,
  EIO: 29,
  EISCONN: 30,
  EISDIR: 31,
  ELOOP: 32,
  EMFILE: 33,
  EMLINK: 34,
  EMSGSIZE: 35,
  ENAMETOOLONG: 37,
  ENETDOWN: 38,
  ENETUNREACH: 40,
  ENFILE: 41,
  ENOBUFS: 42,
  ENODEV: 43,
  ENOENT: 44,
  ENOMEM: 48,
  ENOPROTOOPT: 50,
  ENOSPC: 51,
  ENOSYS: 52,
  ENOTCONN: 53,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
  ENOTSOCK: 57,
  ENOTTY: 59,
  ENXIO: 60,
  EPERM: 63,
  EPIPE: 64,
  EPROTO: 65,
  EPROTONOSUPPORT: 66,
  EPROTOTYPE: 67,
  ERANGE: 68,
  EROFS: 69,
  ESPIPE: 70,
  ETIMEDOUT: 73,
  ETXTBSY: 74,
  EXDEV: 75,
  EOPNOTSUPP: 138,
} as const

export const AF_UNSPEC = 0
export const AF_UNIX = 1
export const AF_INET = 2
export const AF_INET6 = 10

export const SOCK_STREAM = 1
export const SOCK_DGRAM = 2
export const SOCK_NONBLOCK = 2048
export const SOCK_CLOEXEC = 524288

export const IPPROTO_TCP = 6
export const IPPROTO_UDP = 17
export const IPPROTO_IPV6 = 41

export const SOL_SOCKET = 1
export const SO_REUSEADDR = 2
export const SO_TYPE = 3
export const SO_ERROR = 4
export const SO_BROADCAST = 6
export const SO_SNDBUF = 7
export const SO_RCVBUF = 8
export const SO_KEEPALIVE = 9
export const SO_ACCEPTCONN = 30
export const SO_PROTOCOL = 38
export const SO_DOMAIN = 39

export const TCP_NODELAY = 1
export const TCP_KEEPIDLE = 4
export const TCP_KEEPINTVL = 5
export const TCP_KEEPCNT = 6
export const IPV6_V6ONLY = 26

export const MSG_PEEK = 2

export const SHUT_RD = 0
export const SHUT_WR = 1
export const SHUT_RDWR = 2

export const POLLIN = 1
export const POLLPRI = 2
export const POLLOUT = 4
export const POLLERR = 8
export const POLLHUP = 16
export const POLLNVAL = 32
export const POLLRDNORM = 64
export const POLLWRNORM = 256

export const F_GETFD = 1
export const F_SETFD = 2
export const F_GETFL = 3
export const F_SETFL = 4

export const FIONBIO = 21537
export const FIONREAD = 21531
export const TIOCGWINSZ = 21523
export const TCGETS = 21505
export const TCSETS = 21506
export const TCSETSF = 21508
export const ICANON = 2
export const ECHO = 8

export const O_WRONLY = 1
export const O_RDWR = 2
export const O_CREAT = 64
export const O_EXCL = 128
export const O_TRUNC = 512
export const O_APPEND = 1024
export const O_NONBLOCK = 2048
export const O_DIRECTORY = 65536
export const O_NOFOLLOW = 131072

export const SEEK_SET = 0
export const SEEK_CUR = 1
export const SEEK_END = 2

export const S_IFMT = 61440
export const S_IFIFO = 4096
export const S_IFCHR = 8192
export const S_IFDIR = 16384
export const S_IFBLK = 24576
export const S_IFREG = 32768
export const S_IFLNK = 40960
export const S_IFSOCK = 49152

export const DT_UNKNOWN = 0
export const DT_FIFO = 1
export const DT_CHR = 2
export const DT_DIR = 4
export const DT_BLK = 6
export const DT_REG = 8
export const DT_LNK = 10
export const DT_SOCK = 12

/** struct sockaddr_in */
export const sockaddr_in = { size: 16, sin_family: 0, sin_port: 2, sin_addr: 4 } as const
/** struct sockaddr_in6 */
export const sockaddr_in6 = { size: 28, sin6_port: 2, sin6_addr: 8, sin6_scope_id: 24 } as const
/** struct sockaddr_un */
export const sockaddr_un = { size: 110, sun_path: 2 } as const
/** struct termios */
export const termios = { size: 60, c_lflag: 12 } as const
/** struct winsize */
export const winsize = { size: 8, ws_row: 0, ws_col: 2 } as const
/** struct iovec */
export const iovec = { size: 8, iov_base: 0, iov_len: 4 } as const
/** struct pollfd */
export const pollfd = { size: 8, fd: 0, events: 4, revents: 6 } as const

/** The status of a resolver's answer: ARES_* of c-ares. */
export const ares = {
  ARES_SUCCESS: 0,
  ARES_ENODATA: 1,
  ARES_ESERVFAIL: 3,
  ARES_ENOTFOUND: 4,
  ARES_EREFUSED: 6,
  ARES_ECONNREFUSED: 11,
  ARES_ETIMEOUT: 12,
  ARES_ENOMEM: 15,
} as const

/** Whether a code, such as that of an error of the host's, is one of errno's names. */
export function isErrno(code: unknown): code is keyof typeof errno {
  return typeof code === 'string' && Object.hasOwn(errno, code)
}

/** An error with an errno. It is thrown inside the shim, and ends a system call, which returns -errno. */
export class SystemError extends Error {
  readonly errno: number
  constructor(
    readonly code: keyof typeof errno,
    message: string = code,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'SystemError'
    this.errno = errno[code]
  }
}

/**
 * Runs a call of the file system or of a transport. Throws SystemError for an error that has a code, and ConnectionError
 * if it has a reason, too, as a TransportError may. Other errors pass.
 */
export function systemCall<T>(call: () => T): T {
  try {
    return call()
  } catch (error) {
    if (error instanceof SystemError) throw error
    const { code, reason } = error as { code?: unknown; reason?: string }
    if (code === undefined) throw error
    if (reason !== undefined) throw new ConnectionError(String(code), reason)
    throw new SystemError(isErrno(code) ? code : 'EIO')
  }
}

/**
 * The failure of a connection. Its socket keeps it until a system call reports it. `reason` says why in words, where
 * the transport knows. `neverMade` says that there was no connection, although the transport had reported one.
 */
export class ConnectionError extends SystemError {
  constructor(
    code: string,
    readonly reason?: string,
    readonly neverMade = false,
  ) {
    super(isErrno(code) ? code : 'EIO', reason ?? code)
    this.name = 'ConnectionError'
  }
}
