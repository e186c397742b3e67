/*
 * Passes musl's system calls to the host (TypeScript side: shim/syscalls.ts).
 *
 * The linker's --wrap sends every reference to __syscall_NAME here, whether
 * emscripten leaves it undefined or defines a stub for it. So the set of
 * imports does not depend on emcc's version. Each call returns a value, or a
 * negative errno. A call that is added here must be added to
 * shim/syscalls.ts, too.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/utsname.h>

#include "../glue.h"

/* all arguments and results of a system call are 32 bits wide here */
#define CALL1(name)                                                     \
  SHIM(name) long shim_##name(long a);                                  \
  long __wrap___syscall_##name(long a);                                 \
  long __wrap___syscall_##name(long a) { return shim_##name(a); }
#define CALL2(name)                                                     \
  SHIM(name) long shim_##name(long a, long b);                          \
  long __wrap___syscall_##name(long a, long b);                         \
  long __wrap___syscall_##name(long a, long b)                          \
  { return shim_##name(a, b); }
#define CALL3(name)                                                     \
  SHIM(name) long shim_##name(long a, long b, long c);                  \
  long __wrap___syscall_##name(long a, long b, long c);                 \
  long __wrap___syscall_##name(long a, long b, long c)                  \
  { return shim_##name(a, b, c); }
/* in musl the socket calls have six arguments, however many they use */
#define SOCKETCALL(name)                                                \
  SHIM(name) long shim_##name(long a, long b, long c, long d, long e,   \
                              long f);                                  \
  long __wrap___syscall_##name(long a, long b, long c, long d, long e,  \
                               long f);                                 \
  long __wrap___syscall_##name(long a, long b, long c, long d, long e,  \
                               long f)                                  \
  { return shim_##name(a, b, c, d, e, f); }

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

CALL2(getcwd)
CALL3(readlink)
CALL2(rename)
CALL1(unlink)
CALL1(rmdir)
CALL2(mkdir)

/* musl passes AT_FDCWD to the calls whose names end in "at", so the descriptor
   is ignored. Which of both forms musl calls depends on the version of
   emscripten. */
long __wrap___syscall_mkdirat(long dirfd, long path, long mode);
long __wrap___syscall_mkdirat(long dirfd, long path, long mode)
{
  (void)dirfd;
  return shim_mkdir(path, mode);
}

long __wrap___syscall_readlinkat(long dirfd, long path, long buf, long size);
long __wrap___syscall_readlinkat(long dirfd, long path, long buf, long size)
{
  (void)dirfd;
  return shim_readlink(path, buf, size);
}

long __wrap___syscall_renameat(long fromfd, long from, long tofd, long to);
long __wrap___syscall_renameat(long fromfd, long from, long tofd, long to)
{
  (void)fromfd;
  (void)tofd;
  return shim_rename(from, to);
}

long __wrap___syscall_unlinkat(long dirfd, long path, long flags);
long __wrap___syscall_unlinkat(long dirfd, long path, long flags)
{
  (void)dirfd;
  return flags & AT_REMOVEDIR ? shim_rmdir(path) : shim_unlink(path);
}

/* struct stat differs between versions of emscripten (its time_t grew), so
   the host fills this and the compiler does the rest. */
struct shim_stat {
  double dev, ino, mode, nlink, uid, gid, rdev, size, blksize, blocks;
  double atime, mtime, ctime; /* milliseconds since the epoch */
};

SHIM(stat) long shim_stat(long path, int follow, struct shim_stat *out);
SHIM(fstat) long shim_fstat(long fd, struct shim_stat *out);

static struct timespec from_ms(double ms)
{
  struct timespec ts;
  double seconds = floor(ms / 1000);
  ts.tv_sec = (time_t)seconds;
  ts.tv_nsec = (long)((ms - seconds * 1000) * 1000000);
  return ts;
}

static long fill_stat(long result, const struct shim_stat *h, long buf)
{
  struct stat *st = (struct stat *)(intptr_t)buf;
  if(result < 0)
    return result;
  memset(st, 0, sizeof(*st));
  st->st_dev = (dev_t)h->dev;
  st->st_ino = (ino_t)h->ino;
  st->st_mode = (mode_t)h->mode;
  st->st_nlink = (nlink_t)h->nlink;
  st->st_uid = (uid_t)h->uid;
  st->st_gid = (gid_t)h->gid;
  st->st_rdev = (dev_t)h->rdev;
  st->st_size = (off_t)h->size;
  st->st_blksize = (blksize_t)h->blksize;
  st->st_blocks = (blkcnt_t)h->blocks;
  st->st_atim = from_ms(h->atime);
  st->st_mtim = from_ms(h->mtime);
  st->st_ctim = from_ms(h->ctime);
  return 0;
}

long __wrap___syscall_stat64(long path, long buf);
long __wrap___syscall_stat64(long path, long buf)
{
  struct shim_stat h;
  return fill_stat(shim_stat(path, 1, &h), &h, buf);
}

long __wrap___syscall_lstat64(long path, long buf);
long __wrap___syscall_lstat64(long path, long buf)
{
  struct shim_stat h;
  return fill_stat(shim_stat(path, 0, &h), &h, buf);
}

long __wrap___syscall_fstat64(long fd, long buf);
long __wrap___syscall_fstat64(long fd, long buf)
{
  struct shim_stat h;
  return fill_stat(shim_fstat(fd, &h), &h, buf);
}

long __wrap___syscall_fstatat64(long dirfd, long path, long buf, long flags);
long __wrap___syscall_fstatat64(long dirfd, long path, long buf, long flags)
{
  struct shim_stat h;
  (void)dirfd;
  return fill_stat(shim_stat(path, !(flags & AT_SYMLINK_NOFOLLOW), &h), &h,
                   buf);
}

/* Writes the next name of an open folder, one at each call. Returns its
   d_type, or -1 at the end, or -errno - 1. */
SHIM(readdir) long shim_readdir(long fd, char *name, size_t size);
long __wrap___syscall_getdents64(long fd, long buf, long size);
long __wrap___syscall_getdents64(long fd, long buf, long size)
{
  struct dirent *entry = (struct dirent *)(intptr_t)buf;
  long type;
  if((size_t)size < sizeof(*entry))
    return -EINVAL;
  type = shim_readdir(fd, entry->d_name, sizeof(entry->d_name));
  if(type < 0)
    return type + 1;
  entry->d_ino = 1; /* the host may have none; 0 would mean "deleted" */
  entry->d_off = 0;
  entry->d_reclen = sizeof(*entry);
  entry->d_type = (unsigned char)type;
  return sizeof(*entry);
}

/* open, openat, fcntl and ioctl are variadic in musl: one more argument */
SHIM(open) long shim_open(long path, long flags, long mode);
long __wrap___syscall_open(long path, long flags, ...);
long __wrap___syscall_open(long path, long flags, ...)
{
  va_list ap;
  long mode;
  va_start(ap, flags);
  mode = va_arg(ap, long);
  va_end(ap);
  return shim_open(path, flags, mode);
}

long __wrap___syscall_openat(long dirfd, long path, long flags, ...);
long __wrap___syscall_openat(long dirfd, long path, long flags, ...)
{
  va_list ap;
  long mode;
  va_start(ap, flags);
  mode = va_arg(ap, long);
  va_end(ap);
  (void)dirfd;
  return shim_open(path, flags, mode);
}

SHIM(fcntl) long shim_fcntl(long fd, long cmd, long arg);
long __wrap___syscall_fcntl64(long fd, long cmd, ...);
long __wrap___syscall_fcntl64(long fd, long cmd, ...)
{
  va_list ap;
  long arg;
  va_start(ap, cmd);
  arg = va_arg(ap, long);
  va_end(ap);
  return shim_fcntl(fd, cmd, arg);
}

SHIM(ioctl) long shim_ioctl(long fd, long request, long arg);
long __wrap___syscall_ioctl(long fd, long request, ...);
long __wrap___syscall_ioctl(long fd, long request, ...)
{
  va_list ap;
  long arg;
  va_start(ap, request);
  arg = va_arg(ap, long);
  va_end(ap);
  return shim_ioctl(fd, request, arg);
}

long __wrap___syscall_pipe2(long fds, long flags);
long __wrap___syscall_pipe2(long fds, long flags)
{
  (void)flags; /* pipes never block here, and there is no exec */
  return shim_pipe(fds);
}

/* 'to' may be -1, for the lowest free number */
SHIM(dup) long shim_dup(long from, long to);
long __wrap___syscall_dup(long from);
long __wrap___syscall_dup(long from) { return shim_dup(from, -1); }
long __wrap___syscall_dup3(long from, long to, long flags);
long __wrap___syscall_dup3(long from, long to, long flags)
{
  (void)flags;
  if(to < 0 || to >= FD_SETSIZE)
    return -EBADF;
  return shim_dup(from, to);
}

/* These two wrap the functions and not their system calls, whose arguments
   differ between versions of emscripten. */
static int result_of(long result)
{
  if(result >= 0)
    return (int)result;
  errno = (int)-result;
  return -1;
}

SHIM(truncate) long shim_truncate(long fd, double length);
int __wrap_ftruncate(int fd, off_t length);
int __wrap_ftruncate(int fd, off_t length)
{
  return result_of(shim_truncate(fd, (double)length));
}

SHIM(utimes) long shim_utimes(const char *path, double atime, double mtime);
int __wrap_utimes(const char *path, const struct timeval times[2]);
int __wrap_utimes(const char *path, const struct timeval times[2])
{
  double at[2];
  int i;
  struct timeval now[2];
  if(!times) {
    gettimeofday(&now[0], NULL);
    now[1] = now[0];
    times = now;
  }
  for(i = 0; i < 2; i++)
    at[i] = (double)times[i].tv_sec * 1000 +
            (double)times[i].tv_usec / 1000;
  return result_of(shim_utimes(path, at[0], at[1]));
}

SHIM(getuid) long shim_getuid(void);
long __wrap___syscall_getuid32(void);
long __wrap___syscall_getuid32(void) { return shim_getuid(); }
long __wrap___syscall_geteuid32(void);
long __wrap___syscall_geteuid32(void) { return shim_getuid(); }

SHIM(getgid) long shim_getgid(void);
long __wrap___syscall_getgid32(void);
long __wrap___syscall_getgid32(void) { return shim_getgid(); }
long __wrap___syscall_getegid32(void);
long __wrap___syscall_getegid32(void) { return shim_getgid(); }

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
