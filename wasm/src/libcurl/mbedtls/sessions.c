/*
 * The clock of TLS sessions. Mbed TLS takes one that starts with the machine,
 * but sessions can be exported, and used elsewhere (../ssls.c).
 */
#include <time.h>
#include <mbedtls/platform_time.h>

mbedtls_ms_time_t __wrap_mbedtls_ms_time(void);
mbedtls_ms_time_t __wrap_mbedtls_ms_time(void)
{
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (mbedtls_ms_time_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
