/*
 * The system calls of musl, handed to the host (twin: shim/syscalls.ts).
 *
 * The linker's --wrap sends every reference to __syscall_NAME here, whether
 * emscripten leaves it undefined or defines a stub for it, so the set of
 * imports does not depend on emcc's version. Each returns a value, or a
 * negative errno. Whoever adds one here adds it to shim/syscalls.ts.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/utsname.h>

#include "glue.h"

/* all arguments and results of a system call are 32 bits wide here */
#define CALL1(name)                                                     \
  HOST(name) long host_##name(long a);                                  \
  long __wrap___syscall_##name(long a);                                 \
  long __wrap___syscall_##name(long a) { return host_##name(a); }
#define CALL2(name)                                                     \
  HOST(name) long host_##name(long a, long b);                          \
  long __wrap___syscall_##name(long a, long b);                         \
  long __wrap___syscall_##name(long a, long b)                          \
  { return host_##name(a, b); }
#define CALL3(name)                                                     \
  HOST(name) long host_##name(long a, long b, long c);                  \
  long __wrap___syscall_##name(long a, long b, long c);                 \
  long __wrap___syscall_##name(long a, long b, long c)                  \
  { return host_##name(a, b, c); }
#define CALL4(name)                                                     \
  HOST(name) long host_##name(long a, long b, long c, long d);          \
  long __wrap___syscall_##name(long a, long b, long c, long d);         \
  long __wrap___syscall_##name(long a, long b, long c, long d)          \
  { return host_##name(a, b, c, d); }
/* the socket calls carry six arguments in musl, whatever they use */
#define SOCKETCALL(name)                                                \
  HOST(name) long host_##name(long a, long b, long c, long d, long e,   \
                              long f);                                  \
  long __wrap___syscall_##name(long a, long b, long c, long d, long e,  \
                               long f);                                 \
  long __wrap___syscall_##name(long a, long b, long c, long d, long e,  \
                               long f)                                  \
  { return host_##name(a, b, c, d, e, f); }

SOCKETCALL(socket)
SOCKETCALL(socketpair)
SOCKETCALL(bind)
SOCKETCALL(connect)
SOCKETCALL(listen)
SOCKETCALL(accept4)
SOCKETCALL(getsockopt)
SOCKETCALL(setsockopt)
SOCKETCALL(getsockname)
SOCKETCALL(getpeername)
SOCKETCALL(sendto)
SOCKETCALL(recvfrom)
SOCKETCALL(shutdown)

CALL3(poll)
CALL1(pipe)

CALL2(stat64)
CALL2(lstat64)
CALL2(fstat64)
CALL4(fstatat64)
CALL3(getdents64)
CALL2(getcwd)
CALL3(readlink)
CALL2(rename)
CALL1(unlink)
CALL1(rmdir)
CALL2(mkdir)
CALL3(mkdirat)

/* open, openat, fcntl and ioctl are variadic in musl: one more argument */
HOST(open) long host_open(long path, long flags, long mode);
long __wrap___syscall_open(long path, long flags, ...);
long __wrap___syscall_open(long path, long flags, ...)
{
  va_list ap;
  long mode;
  va_start(ap, flags);
  mode = va_arg(ap, long);
  va_end(ap);
  return host_open(path, flags, mode);
}

long __wrap___syscall_openat(long dirfd, long path, long flags, ...);
long __wrap___syscall_openat(long dirfd, long path, long flags, ...)
{
  va_list ap;
  long mode;
  va_start(ap, flags);
  mode = va_arg(ap, long);
  va_end(ap);
  (void)dirfd; /* musl passes AT_FDCWD: nothing here opens relative to fds */
  return host_open(path, flags, mode);
}

HOST(fcntl) long host_fcntl(long fd, long cmd, long arg);
long __wrap___syscall_fcntl64(long fd, long cmd, ...);
long __wrap___syscall_fcntl64(long fd, long cmd, ...)
{
  va_list ap;
  long arg;
  va_start(ap, cmd);
  arg = va_arg(ap, long);
  va_end(ap);
  return host_fcntl(fd, cmd, arg);
}

HOST(ioctl) long host_ioctl(long fd, long request, long arg);
long __wrap___syscall_ioctl(long fd, long request, ...);
long __wrap___syscall_ioctl(long fd, long request, ...)
{
  va_list ap;
  long arg;
  va_start(ap, request);
  arg = va_arg(ap, long);
  va_end(ap);
  return host_ioctl(fd, request, arg);
}

long __wrap___syscall_pipe2(long fds, long flags);
long __wrap___syscall_pipe2(long fds, long flags)
{
  (void)flags; /* pipes never block here, and there is no exec */
  return host_pipe(fds);
}

/* select() asks about the same descriptors as poll() does, so libcurl's
   rare uses of it (it prefers poll) find nothing ready. */
long __wrap___syscall__newselect(long n, long r, long w, long e, long t);
long __wrap___syscall__newselect(long n, long r, long w, long e, long t)
{
  (void)n; (void)r; (void)w; (void)e; (void)t;
  return -ENOSYS;
}

HOST(getuid) long host_getuid(void);
long __wrap___syscall_getuid32(void);
long __wrap___syscall_getuid32(void) { return host_getuid(); }
long __wrap___syscall_geteuid32(void);
long __wrap___syscall_geteuid32(void) { return host_getuid(); }

HOST(getgid) long host_getgid(void);
long __wrap___syscall_getgid32(void);
long __wrap___syscall_getgid32(void) { return host_getgid(); }
long __wrap___syscall_getegid32(void);
long __wrap___syscall_getegid32(void) { return host_getgid(); }

long __wrap___syscall_uname(long buf);
long __wrap___syscall_uname(long buf)
{
  struct utsname *u = (struct utsname *)(intptr_t)buf;
  memset(u, 0, sizeof(*u));
  strcpy(u->sysname, "libcurl-wasm");
  strcpy(u->nodename, "localhost");
  strcpy(u->machine, "wasm32");
  return 0;
}
