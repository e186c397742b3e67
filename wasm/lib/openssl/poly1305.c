/*
 * Poly1305 (RFC 8439) for WebAssembly. OpenSSL calls it like code for a
 * special processor (POLY1305_ASM). OpenSSL's portable code takes twice the
 * time, mostly because each step waits for the one before.
 *
 * Numbers modulo 2^130 - 5 are five limbs of 26 bits, which leaves room for
 * sums of products in 64 bits. It takes two blocks at a time: (h + a) r^2 +
 * b r, whose two halves do not depend on each other.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LIMBS 5
#define BITS 26
#define MASK ((1u << BITS) - 1)
#define BLOCK 16

/* The state, in the 192 bytes that OpenSSL reserves. */
struct state {
  uint32_t h[LIMBS];
  uint32_t r[LIMBS];
  uint32_t r2[LIMBS]; /* r squared, once it is needed */
  int squared;
};

int poly1305_init(void *ctx, const unsigned char key[16], void *functions);
void poly1305_blocks(void *ctx, const unsigned char *in, size_t length,
                     unsigned int padbit);
void poly1305_emit(void *ctx, unsigned char mac[16],
                   const unsigned int nonce[4]);

static inline void read_limbs(uint32_t limbs[LIMBS], const uint8_t *from,
                              uint32_t padbit)
{
  uint64_t low, high;
  memcpy(&low, from, 8);
  memcpy(&high, from + 8, 8);
  limbs[0] = low & MASK;
  limbs[1] = low >> 26 & MASK;
  limbs[2] = (low >> 52 | high << 12) & MASK;
  limbs[3] = high >> 14 & MASK;
  limbs[4] = (uint32_t)(high >> 40) | padbit << 24;
}

/* The sums of the products of two numbers' limbs, for each of five places.
   Products beyond the fifth place are reduced: times 5, which is in 'b5'. */
static inline void add_products(uint64_t d[LIMBS], const uint32_t a[LIMBS],
                                const uint32_t b[LIMBS],
                                const uint32_t b5[LIMBS])
{
  int i, j;
  for(i = 0; i < LIMBS; i++)
    for(j = 0; j < LIMBS; j++)
      d[(i + j) % LIMBS] += (uint64_t)a[i] *
        (i + j < LIMBS ? b[j] : b5[j]);
}

/* Reduces to limbs again, of which the second may have one more bit. */
static inline void carry(uint32_t h[LIMBS], const uint64_t d[LIMBS])
{
  uint64_t over = 0;
  int i;
  for(i = 0; i < LIMBS; i++) {
    over += d[i];
    h[i] = over & MASK;
    over >>= BITS;
  }
  over = over * 5 + h[0];
  h[0] = over & MASK;
  h[1] += (uint32_t)(over >> BITS);
}

static inline void times_5(uint32_t by5[LIMBS], const uint32_t a[LIMBS])
{
  int i;
  for(i = 0; i < LIMBS; i++)
    by5[i] = a[i] * 5;
}

static void multiply(uint32_t h[LIMBS], const uint32_t r[LIMBS])
{
  uint64_t d[LIMBS] = { 0 };
  uint32_t r5[LIMBS];
  times_5(r5, r);
  add_products(d, h, r, r5);
  carry(h, d);
}

static inline void add(uint32_t h[LIMBS], const uint32_t a[LIMBS])
{
  int i;
  for(i = 0; i < LIMBS; i++)
    h[i] += a[i];
}

/* Returns 0, so that OpenSSL calls the functions by their names. */
int poly1305_init(void *ctx, const unsigned char key[16], void *functions)
{
  static const uint8_t clamp[16] = {
    255, 255, 255, 15, 252, 255, 255, 15, 252, 255, 255, 15, 252, 255, 255, 15
  };
  struct state *state = ctx;
  uint8_t r[16];
  int i;
  (void)functions;
  memset(state, 0, sizeof(*state));
  if(key) {
    for(i = 0; i < 16; i++)
      r[i] = key[i] & clamp[i];
    read_limbs(state->r, r, 0);
  }
  return 0;
}

void poly1305_blocks(void *ctx, const unsigned char *in, size_t length,
                     unsigned int padbit)
{
  struct state *state = ctx;
  uint32_t h[LIMBS], block[LIMBS];

  memcpy(h, state->h, sizeof(h));
  if(length >= 4 * BLOCK) {
    uint32_t r5[LIMBS], r2_5[LIMBS];
    if(!state->squared) {
      memcpy(state->r2, state->r, sizeof(state->r2));
      multiply(state->r2, state->r);
      state->squared = 1;
    }
    times_5(r5, state->r);
    times_5(r2_5, state->r2);
    for(; length >= 2 * BLOCK; in += 2 * BLOCK, length -= 2 * BLOCK) {
      uint64_t d[LIMBS] = { 0 };
      read_limbs(block, in, padbit);
      add(h, block);
      read_limbs(block, in + BLOCK, padbit);
      add_products(d, h, state->r2, r2_5);
      add_products(d, block, state->r, r5);
      carry(h, d);
    }
  }
  for(; length >= BLOCK; in += BLOCK, length -= BLOCK) {
    read_limbs(block, in, padbit);
    add(h, block);
    multiply(h, state->r);
  }
  memcpy(state->h, h, sizeof(h));
}

/* Carries from limb to limb, and returns the carry of the last one. */
static uint32_t settle(uint32_t h[LIMBS], uint32_t plus)
{
  int i;
  for(i = 0; i < LIMBS; i++) {
    h[i] += plus;
    plus = h[i] >> BITS;
    h[i] &= MASK;
  }
  return plus;
}

void poly1305_emit(void *ctx, unsigned char mac[16],
                   const unsigned int nonce[4])
{
  const struct state *state = ctx;
  uint32_t h[LIMBS], less[LIMBS], words[4], over;
  uint64_t sum = 0;
  int i;

  memcpy(h, state->h, sizeof(h));
  over = settle(h, 0);
  over = settle(h, over * 5);
  h[0] += over * 5;
  /* h - (2^130 - 5), if that is not negative */
  memcpy(less, h, sizeof(less));
  over = 0 - settle(less, 5);
  for(i = 0; i < LIMBS; i++)
    h[i] = (h[i] & ~over) | (less[i] & over);
  words[0] = h[0] | h[1] << 26;
  words[1] = h[1] >> 6 | h[2] << 20;
  words[2] = h[2] >> 12 | h[3] << 14;
  words[3] = h[3] >> 18 | h[4] << 8;
  for(i = 0; i < 4; i++) {
    sum += (uint64_t)words[i] + nonce[i];
    words[i] = (uint32_t)sum;
    sum >>= 32;
  }
  memcpy(mac, words, sizeof(words));
}
