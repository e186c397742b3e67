/*
 * X25519 (RFC 7748) for WebAssembly. It replaces Mbed TLS' multiplication on
 * Curve25519, which takes ten times as long, in each handshake twice.
 * ../mbedtls.sh gives that of the other curves the names that begin with
 * "generic".
 *
 * Numbers modulo p = 2^255 - 19 are ten limbs of 26 and 25 bits by turns.
 * They have a sign, and those that are multiplied are products, or sums or
 * differences of two products, so that no sum exceeds 64 bits. The time does
 * not depend on the numbers.
 */
#include <stdint.h>
#include <string.h>

#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#include <mbedtls/ecp.h>
#include <mbedtls/platform_util.h>

#define LIMBS 10
#define SIZE 32

typedef struct {
  int32_t limb[LIMBS];
} number;

static const number one = { { 1 } };

static inline int bits_of(int limb)
{
  return limb % 2 ? 25 : 26;
}

/* --- arithmetic --- */

static inline number sum(const number *a, const number *b)
{
  number r;
  int i;
  for(i = 0; i < LIMBS; i++)
    r.limb[i] = a->limb[i] + b->limb[i];
  return r;
}

static inline number difference(const number *a, const number *b)
{
  number r;
  int i;
  for(i = 0; i < LIMBS; i++)
    r.limb[i] = a->limb[i] - b->limb[i];
  return r;
}

/* Rounds each limb to its bits, and adds the rest to the next one. What is
   beyond 2^255 counts 19. */
static inline number carried(int64_t d[LIMBS])
{
  number r;
  int64_t over = 0;
  int i;
  for(i = 0; i < LIMBS; i++) {
    d[i] += over;
    over = (d[i] + ((int64_t)1 << (bits_of(i) - 1))) >> bits_of(i);
    d[i] -= over * ((int64_t)1 << bits_of(i));
  }
  d[0] += over * 19;
  over = (d[0] + (1 << 25)) >> 26;
  d[0] -= over * (1 << 26);
  d[1] += over;
  for(i = 0; i < LIMBS; i++)
    r.limb[i] = (int32_t)d[i];
  return r;
}

static number product(const number *a, const number *b)
{
  int64_t d[LIMBS] = { 0 };
  int i, j;
#pragma clang loop unroll(full)
  for(i = 0; i < LIMBS; i++) {
#pragma clang loop unroll(full)
    for(j = 0; j < LIMBS; j++) {
      /* two limbs of 25 bits are one bit short of their place */
      int32_t factor = (i % 2 && j % 2 ? 2 : 1) * (i + j < LIMBS ? 1 : 19);
      d[(i + j) % LIMBS] += (int64_t)a->limb[i] * (b->limb[j] * factor);
    }
  }
  return carried(d);
}

static number square(number a, int times)
{
  while(times--)
    a = product(&a, &a);
  return a;
}

static number times_small(const number *a, int32_t b)
{
  int64_t d[LIMBS];
  int i;
  for(i = 0; i < LIMBS; i++)
    d[i] = (int64_t)a->limb[i] * b;
  return carried(d);
}

/* a^(2^n) * b */
static number raised(const number *a, int n, const number *b)
{
  number r = square(*a, n);
  return product(&r, b);
}

/* a^(p - 2), which is 1 / a. A name says how many ones the exponent has. */
static number inverse(const number *a)
{
  number to_2 = square(*a, 1);
  number to_9 = raised(&to_2, 2, a);
  number to_11 = product(&to_9, &to_2);
  number ones5 = raised(&to_11, 1, &to_9);
  number ones10 = raised(&ones5, 5, &ones5);
  number ones20 = raised(&ones10, 10, &ones10);
  number ones40 = raised(&ones20, 20, &ones20);
  number ones50 = raised(&ones40, 10, &ones10);
  number ones100 = raised(&ones50, 50, &ones50);
  number ones200 = raised(&ones100, 100, &ones100);
  number ones250 = raised(&ones200, 50, &ones50);
  return raised(&ones250, 5, &to_11);
}

static inline void swap_if(number *a, number *b, uint32_t condition)
{
  int32_t mask = -(int32_t)condition;
  int i;
  for(i = 0; i < LIMBS; i++) {
    int32_t t = (a->limb[i] ^ b->limb[i]) & mask;
    a->limb[i] ^= t;
    b->limb[i] ^= t;
  }
}

/* --- to bytes and back, the lowest first --- */

static number from_bytes(const uint8_t in[SIZE])
{
  number r;
  uint64_t held = 0;
  int bits = 0, i, at = 0;
  for(i = 0; i < LIMBS; i++) {
    while(bits < bits_of(i)) {
      held |= (uint64_t)in[at++] << bits;
      bits += 8;
    }
    r.limb[i] = (int32_t)(held & ((1u << bits_of(i)) - 1));
    held >>= bits_of(i);
    bits -= bits_of(i);
  }
  return r; /* without the highest bit */
}

static void to_bytes(uint8_t out[SIZE], const number *a)
{
  int64_t h[LIMBS];
  int64_t over;
  uint64_t held = 0;
  int i, bits = 0, at = 0;
  /* how many p there are too many, -1 if a is negative */
  over = ((int64_t)19 * a->limb[9] + (1 << 24)) >> 25;
  for(i = 0; i < LIMBS; i++)
    over = (a->limb[i] + over) >> bits_of(i);
  over *= 19;
  for(i = 0; i < LIMBS; i++) {
    h[i] = a->limb[i] + over;
    over = h[i] >> bits_of(i);
    h[i] &= ((int64_t)1 << bits_of(i)) - 1;
  }
  for(i = 0; i < LIMBS; i++) {
    held |= (uint64_t)h[i] << bits;
    for(bits += bits_of(i); bits >= 8; bits -= 8, held >>= 8)
      out[at++] = (uint8_t)held;
  }
  out[at] = (uint8_t)held;
}

/* --- the curve --- */

void x25519(uint8_t out[SIZE], const uint8_t scalar[SIZE],
            const uint8_t point[SIZE]);

/* The ladder of RFC 7748, section 5, with its names. */
void x25519(uint8_t out[SIZE], const uint8_t scalar[SIZE],
            const uint8_t point[SIZE])
{
  number x1 = from_bytes(point), x2 = one, z2 = { { 0 } }, x3 = x1, z3 = one;
  uint32_t swap = 0;
  int t;
  for(t = 254; t >= 0; t--) {
    uint32_t bit = scalar[t / 8] >> (t % 8) & 1;
    number a, aa, b, bb, e, c, d, da, cb;
    /* RFC 7748 sets the highest bit, and clears the lowest three */
    if(t == 254)
      bit = 1;
    if(t < 3)
      bit = 0;
    swap ^= bit;
    swap_if(&x2, &x3, swap);
    swap_if(&z2, &z3, swap);
    swap = bit;
    a = sum(&x2, &z2);
    aa = product(&a, &a);
    b = difference(&x2, &z2);
    bb = product(&b, &b);
    e = difference(&aa, &bb);
    c = sum(&x3, &z3);
    d = difference(&x3, &z3);
    da = product(&d, &a);
    cb = product(&c, &b);
    x3 = sum(&da, &cb);
    x3 = product(&x3, &x3);
    z3 = difference(&da, &cb);
    z3 = product(&z3, &z3);
    z3 = product(&x1, &z3);
    x2 = product(&aa, &bb);
    z2 = times_small(&e, 121665);
    z2 = sum(&aa, &z2);
    z2 = product(&e, &z2);
  }
  swap_if(&x2, &x3, swap);
  swap_if(&z2, &z3, swap);
  z2 = inverse(&z2);
  x2 = product(&x2, &z2);
  to_bytes(out, &x2);
}

/* --- for Mbed TLS --- */

int generic_ecp_mul_restartable(mbedtls_ecp_group *group,
                                mbedtls_ecp_point *result,
                                const mbedtls_mpi *scalar,
                                const mbedtls_ecp_point *point,
                                int (*random)(void *, unsigned char *, size_t),
                                void *of_random,
                                mbedtls_ecp_restart_ctx *restart);

int mbedtls_ecp_mul_restartable(mbedtls_ecp_group *group,
                                mbedtls_ecp_point *result,
                                const mbedtls_mpi *scalar,
                                const mbedtls_ecp_point *point,
                                int (*random)(void *, unsigned char *, size_t),
                                void *of_random,
                                mbedtls_ecp_restart_ctx *restart)
{
  uint8_t key[SIZE], x[SIZE], out[SIZE], any = 0;
  int failed, i;
  if(group->id != MBEDTLS_ECP_DP_CURVE25519)
    return generic_ecp_mul_restartable(group, result, scalar, point, random,
                                       of_random, restart);
  failed = mbedtls_ecp_check_privkey(group, scalar);
  if(!failed)
    failed = mbedtls_mpi_write_binary_le(scalar, key, SIZE);
  if(!failed)
    failed = mbedtls_mpi_write_binary_le(&point->X, x, SIZE);
  if(!failed) {
    x25519(out, key, x);
    for(i = 0; i < SIZE; i++)
      any |= out[i];
    /* RFC 8446, section 7.4.2 */
    failed = any ? mbedtls_mpi_read_binary_le(&result->X, out, SIZE) :
      MBEDTLS_ERR_ECP_INVALID_KEY;
  }
  if(!failed)
    failed = mbedtls_mpi_lset(&result->Z, 1);
  mbedtls_mpi_free(&result->Y); /* there is only x on this curve */
  mbedtls_platform_zeroize(key, sizeof(key));
  mbedtls_platform_zeroize(out, sizeof(out));
  return failed;
}

int mbedtls_ecp_mul(mbedtls_ecp_group *group, mbedtls_ecp_point *result,
                    const mbedtls_mpi *scalar, const mbedtls_ecp_point *point,
                    int (*random)(void *, unsigned char *, size_t),
                    void *of_random)
{
  return mbedtls_ecp_mul_restartable(group, result, scalar, point, random,
                                     of_random, NULL);
}
