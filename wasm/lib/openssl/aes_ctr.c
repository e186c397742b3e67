/*
 * AES in counter mode (FIPS 197, NIST SP 800-38A) for WebAssembly. OpenSSL
 * calls it like code for a special processor (AES_CTR_ASM). ../openssl.sh
 * adds it to libcrypto.
 *
 * It encrypts eight blocks at a time, bitsliced: bit k of byte p of slice b
 * is bit b of byte p of block k. So a round has only logical operations,
 * which SIMD does for all 128 bytes at once, and no table look-ups, so that
 * the time does not depend on the key. Look-ups would take half as long
 * again.
 */
#include <stddef.h>
#include <stdint.h>
#include <wasm_simd128.h>

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/aes.h>

#define INLINE static inline __attribute__((always_inline))
#define MAX_ROUNDS 14
#define BLOCK 16

INLINE v128_t xor(v128_t a, v128_t b)
{
  return wasm_v128_xor(a, b);
}

INLINE v128_t and(v128_t a, v128_t b)
{
  return wasm_v128_and(a, b);
}

/* --- to slices and back --- */

/* A block has the columns of its state one after the other, a slice has the
   rows, so that rotating a row is rotating one word of a slice. The two orders
   are each other's transpose. */
INLINE v128_t turned(v128_t a)
{
  return wasm_i8x16_shuffle(a, a, 0, 4, 8, 12, 1, 5, 9, 13,
                            2, 6, 10, 14, 3, 7, 11, 15);
}

/* Swaps the bits of 'a' under mask << n with those of 'b' under mask. */
INLINE void swap(v128_t *a, v128_t *b, uint32_t n, v128_t mask)
{
  v128_t t = and(xor(wasm_u64x2_shr(*a, n), *b), mask);
  *b = xor(*b, t);
  *a = xor(*a, wasm_i64x2_shl(t, n));
}

/* Transposes the 8 by 8 bits that each byte has in the eight vectors. */
INLINE void transpose(v128_t q[8])
{
  v128_t ones = wasm_i8x16_const_splat(0x55);
  v128_t twos = wasm_i8x16_const_splat(0x33);
  v128_t fours = wasm_i8x16_const_splat(0x0f);
  int i;
  for(i = 0; i < 8; i += 2)
    swap(&q[i], &q[i + 1], 1, ones);
  for(i = 0; i < 8; i += 4) {
    swap(&q[i], &q[i + 2], 2, twos);
    swap(&q[i + 1], &q[i + 3], 2, twos);
  }
  for(i = 0; i < 4; i++)
    swap(&q[i], &q[i + 4], 4, fours);
}

/* --- the parts of a round --- */

/*
 * The S-box of all bytes, without its final addition of 0x63, which the round
 * keys include. The circuit is that of Boyar and Peralta, "A new
 * combinational logic minimization technique with applications to
 * cryptology" (2010), with its names; x0 is the highest bit.
 */
INLINE void sub_bytes(v128_t q[8])
{
  v128_t x0 = q[7], x1 = q[6], x2 = q[5], x3 = q[4];
  v128_t x4 = q[3], x5 = q[2], x6 = q[1], x7 = q[0];

  /* into the tower of fields */
  v128_t y14 = xor(x3, x5), y13 = xor(x0, x6), y9 = xor(x0, x3);
  v128_t y8 = xor(x0, x5), t0 = xor(x1, x2), y1 = xor(t0, x7);
  v128_t y4 = xor(y1, x3), y12 = xor(y13, y14), y2 = xor(y1, x0);
  v128_t y5 = xor(y1, x6), y3 = xor(y5, y8), t1 = xor(x4, y12);
  v128_t y15 = xor(t1, x5), y20 = xor(t1, x1), y6 = xor(y15, x7);
  v128_t y10 = xor(y15, t0), y11 = xor(y20, y9), y7 = xor(x7, y11);
  v128_t y17 = xor(y10, y11), y19 = xor(y10, y8), y16 = xor(t0, y11);
  v128_t y21 = xor(y13, y16), y18 = xor(x0, y16);

  /* the inverse */
  v128_t t2 = and(y12, y15), t3 = and(y3, y6), t4 = xor(t3, t2);
  v128_t t5 = and(y4, x7), t6 = xor(t5, t2), t7 = and(y13, y16);
  v128_t t8 = and(y5, y1), t9 = xor(t8, t7), t10 = and(y2, y7);
  v128_t t11 = xor(t10, t7), t12 = and(y9, y11), t13 = and(y14, y17);
  v128_t t14 = xor(t13, t12), t15 = and(y8, y10), t16 = xor(t15, t12);
  v128_t t17 = xor(t4, t14), t18 = xor(t6, t16), t19 = xor(t9, t14);
  v128_t t20 = xor(t11, t16), t21 = xor(t17, y20), t22 = xor(t18, y19);
  v128_t t23 = xor(t19, y21), t24 = xor(t20, y18), t25 = xor(t21, t22);
  v128_t t26 = and(t21, t23), t27 = xor(t24, t26), t28 = and(t25, t27);
  v128_t t29 = xor(t28, t22), t30 = xor(t23, t24), t31 = xor(t22, t26);
  v128_t t32 = and(t31, t30), t33 = xor(t32, t24), t34 = xor(t23, t33);
  v128_t t35 = xor(t27, t33), t36 = and(t24, t35), t37 = xor(t36, t34);
  v128_t t38 = xor(t27, t36), t39 = and(t29, t38), t40 = xor(t25, t39);
  v128_t t41 = xor(t40, t37), t42 = xor(t29, t33), t43 = xor(t29, t40);
  v128_t t44 = xor(t33, t37), t45 = xor(t42, t41);
  v128_t z0 = and(t44, y15), z1 = and(t37, y6), z2 = and(t33, x7);
  v128_t z3 = and(t43, y16), z4 = and(t40, y1), z5 = and(t29, y7);
  v128_t z6 = and(t42, y11), z7 = and(t45, y17), z8 = and(t41, y10);
  v128_t z9 = and(t44, y12), z10 = and(t37, y3), z11 = and(t33, y4);
  v128_t z12 = and(t43, y13), z13 = and(t40, y5), z14 = and(t29, y2);
  v128_t z15 = and(t42, y9), z16 = and(t45, y14), z17 = and(t41, y8);

  /* out of the tower, and the affine map */
  v128_t t46 = xor(z15, z16), t47 = xor(z10, z11), t48 = xor(z5, z13);
  v128_t t49 = xor(z9, z10), t50 = xor(z2, z12), t51 = xor(z2, z5);
  v128_t t52 = xor(z7, z8), t53 = xor(z0, z3), t54 = xor(z6, z7);
  v128_t t55 = xor(z16, z17), t56 = xor(z12, t48), t57 = xor(t50, t53);
  v128_t t58 = xor(z4, t46), t59 = xor(z3, t54), t60 = xor(t46, t57);
  v128_t t61 = xor(z14, t57), t62 = xor(t52, t58), t63 = xor(t49, t58);
  v128_t t64 = xor(z4, t59), t65 = xor(t61, t62), t66 = xor(z1, t63);
  v128_t t67 = xor(t64, t65), s3 = xor(t53, t66);
  q[7] = xor(t59, t63);
  q[6] = xor(t64, s3);
  q[5] = xor(t55, t67);
  q[4] = s3;
  q[3] = xor(t51, t66);
  q[2] = xor(t47, t65);
  q[1] = xor(t56, t62);
  q[0] = xor(t48, t60);
}

/* A swizzle by a constant, because engines load the constant of a shuffle
   each time. */
INLINE void shift_rows(v128_t q[8])
{
  int b;
  for(b = 0; b < 8; b++)
    q[b] = wasm_i8x16_swizzle(q[b],
      wasm_i8x16_const(0, 1, 2, 3, 5, 6, 7, 4, 10, 11, 8, 9, 15, 12, 13, 14));
}

/* MixColumns and AddRoundKey. Of a column a, b, c, d the first byte becomes
   2(a + b) + b + (c + d). Doubling moves the slices up, and what falls out
   comes back by 0x1b. */
INLINE void mix_columns(v128_t q[8], const v128_t key[8])
{
  v128_t next[8], sum[8];
  int b;
  for(b = 0; b < 8; b++) {
    next[b] = wasm_i32x4_shuffle(q[b], q[b], 1, 2, 3, 0);
    sum[b] = xor(q[b], next[b]);
    next[b] = xor(next[b], key[b]);
  }
  for(b = 0; b < 8; b++) {
    v128_t others = wasm_i32x4_shuffle(sum[b], sum[b], 2, 3, 0, 1);
    q[b] = xor(next[b], others);
    if(b > 0)
      q[b] = xor(q[b], sum[b - 1]);
    if(0x1b >> b & 1)
      q[b] = xor(q[b], sum[7]);
  }
}

INLINE void add_key(v128_t q[8], const v128_t key[8])
{
  int b;
  for(b = 0; b < 8; b++)
    q[b] = xor(q[b], key[b]);
}

/* --- counter mode --- */

/* The round keys as slices, the same for each of the eight blocks. */
static void slice_keys(v128_t keys[MAX_ROUNDS + 1][8], const AES_KEY *key)
{
  int i, b;
  for(i = 0; i <= key->rounds; i++) {
    const unsigned int *word = key->rd_key + 4 * i;
    /* in OpenSSL the first byte of a word is the highest */
    v128_t k = turned(wasm_i32x4_make((int)__builtin_bswap32(word[0]),
                                      (int)__builtin_bswap32(word[1]),
                                      (int)__builtin_bswap32(word[2]),
                                      (int)__builtin_bswap32(word[3])));
    if(i > 0)
      k = xor(k, wasm_i8x16_const_splat(0x63)); /* see sub_bytes() */
    for(b = 0; b < 8; b++)
      keys[i][b] = wasm_i8x16_ne(and(k, wasm_i8x16_splat((int8_t)(1 << b))),
                                 wasm_i8x16_const_splat(0));
  }
}

void AES_ctr32_encrypt(const unsigned char *in, unsigned char *out,
                       size_t blocks, const void *schedule,
                       const unsigned char ivec[BLOCK]);

/* Encrypts 'blocks' blocks with the counter in the last four bytes of ivec.
   The caller updates the counter. */
void AES_ctr32_encrypt(const unsigned char *in, unsigned char *out,
                       size_t blocks, const void *schedule,
                       const unsigned char ivec[BLOCK])
{
  const AES_KEY *key = schedule;
  v128_t keys[MAX_ROUNDS + 1][8];
  v128_t iv = wasm_v128_load(ivec);
  uint32_t counter = __builtin_bswap32((uint32_t)wasm_i32x4_extract_lane(iv, 3));

  slice_keys(keys, key);
  while(blocks > 0) {
    v128_t q[8];
    size_t n = blocks < 8 ? blocks : 8;
    size_t k;
    int round;
    for(k = 0; k < 8; k++)
      q[k] = turned(wasm_i32x4_replace_lane(iv, 3,
        (int)__builtin_bswap32(counter + (uint32_t)k)));
    transpose(q);
    add_key(q, keys[0]);
    for(round = 1; ; round++) {
      sub_bytes(q);
      shift_rows(q);
      if(round == key->rounds)
        break;
      mix_columns(q, keys[round]);
    }
    add_key(q, keys[round]);
    transpose(q);
    for(k = 0; k < n; k++, in += BLOCK, out += BLOCK)
      wasm_v128_store(out, xor(turned(q[k]), wasm_v128_load(in)));
    blocks -= n;
    counter += (uint32_t)n;
  }
}
