/*
 * Clocks (TypeScript side: shim/clock.ts). libcurl asks for the time very
 * often, so this avoids WASI's 64-bit integers: the host returns milliseconds
 * as a double.
 */
#include <sys/time.h>
#include <time.h>

#include "../glue.h"

SHIM(clock_now) double shim_clock_now(int monotonic);

int __wrap_clock_gettime(clockid_t id, struct timespec *ts);
int __wrap_clock_gettime(clockid_t id, struct timespec *ts)
{
  double ms = shim_clock_now(id != CLOCK_REALTIME);
  long long whole = (long long)(ms / 1000);
  ts->tv_sec = (time_t)whole;
  ts->tv_nsec = (long)((ms - (double)whole * 1000) * 1000000);
  return 0;
}

int __wrap_gettimeofday(struct timeval *tv, void *zone);
int __wrap_gettimeofday(struct timeval *tv, void *zone)
{
  struct timespec ts;
  (void)zone;
  __wrap_clock_gettime(CLOCK_REALTIME, &ts);
  tv->tv_sec = ts.tv_sec;
  tv->tv_usec = ts.tv_nsec / 1000;
  return 0;
}

time_t __wrap_time(time_t *out);
time_t __wrap_time(time_t *out)
{
  time_t now = (time_t)(shim_clock_now(0) / 1000);
  if(out)
    *out = now;
  return now;
}
