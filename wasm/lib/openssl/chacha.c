/*
 * ChaCha20 (RFC 8439) for WebAssembly. It replaces OpenSSL's portable code,
 * and takes half the time. ../openssl.sh adds it to libcrypto.
 *
 * It makes four blocks at a time: a vector has one word of each state.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wasm_simd128.h>

#define INLINE static inline __attribute__((always_inline))
#define BLOCK 64
#define COUNTER 12

INLINE v128_t rotated(v128_t a, uint32_t bits)
{
  return wasm_v128_or(wasm_i32x4_shl(a, bits), wasm_u32x4_shr(a, 32 - bits));
}

/* A swizzle by a constant, because engines load the constant of a shuffle
   each time. */
INLINE v128_t rotated_by_8(v128_t a)
{
  return wasm_i8x16_swizzle(a,
    wasm_i8x16_const(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14));
}

INLINE v128_t rotated_by_16(v128_t a)
{
  return wasm_i16x8_shuffle(a, a, 1, 0, 3, 2, 5, 4, 7, 6);
}

INLINE void quarter_round(v128_t x[16], int a, int b, int c, int d)
{
  x[a] = wasm_i32x4_add(x[a], x[b]);
  x[d] = rotated_by_16(wasm_v128_xor(x[d], x[a]));
  x[c] = wasm_i32x4_add(x[c], x[d]);
  x[b] = rotated(wasm_v128_xor(x[b], x[c]), 12);
  x[a] = wasm_i32x4_add(x[a], x[b]);
  x[d] = rotated_by_8(wasm_v128_xor(x[d], x[a]));
  x[c] = wasm_i32x4_add(x[c], x[d]);
  x[b] = rotated(wasm_v128_xor(x[b], x[c]), 7);
}

/* Encrypts 16 bytes of each block. x has the key stream word by word, which
   is transposed to be block by block. */
INLINE void put(uint8_t *out, const uint8_t *in, const v128_t x[4])
{
  v128_t low01 = wasm_i32x4_shuffle(x[0], x[1], 0, 4, 1, 5);
  v128_t low23 = wasm_i32x4_shuffle(x[2], x[3], 0, 4, 1, 5);
  v128_t high01 = wasm_i32x4_shuffle(x[0], x[1], 2, 6, 3, 7);
  v128_t high23 = wasm_i32x4_shuffle(x[2], x[3], 2, 6, 3, 7);
  v128_t of[4];
  int block;
  of[0] = wasm_i64x2_shuffle(low01, low23, 0, 2);
  of[1] = wasm_i64x2_shuffle(low01, low23, 1, 3);
  of[2] = wasm_i64x2_shuffle(high01, high23, 0, 2);
  of[3] = wasm_i64x2_shuffle(high01, high23, 1, 3);
  for(block = 0; block < 4; block++)
    wasm_v128_store(out + BLOCK * block,
                    wasm_v128_xor(of[block],
                                  wasm_v128_load(in + BLOCK * block)));
}

static void four_blocks(uint8_t *out, const uint8_t *in,
                        const uint32_t state[16])
{
  v128_t start[16], x[16];
  int i;
  for(i = 0; i < 16; i++)
    start[i] = wasm_i32x4_splat((int32_t)state[i]);
  start[COUNTER] = wasm_i32x4_add(start[COUNTER],
                                  wasm_i32x4_const(0, 1, 2, 3));
  for(i = 0; i < 16; i++)
    x[i] = start[i];
  for(i = 0; i < 10; i++) {
    quarter_round(x, 0, 4, 8, 12);
    quarter_round(x, 1, 5, 9, 13);
    quarter_round(x, 2, 6, 10, 14);
    quarter_round(x, 3, 7, 11, 15);
    quarter_round(x, 0, 5, 10, 15);
    quarter_round(x, 1, 6, 11, 12);
    quarter_round(x, 2, 7, 8, 13);
    quarter_round(x, 3, 4, 9, 14);
  }
  for(i = 0; i < 16; i++)
    x[i] = wasm_i32x4_add(x[i], start[i]);
  for(i = 0; i < 16; i += 4)
    put(out + 4 * i, in + 4 * i, x + i);
}

void ChaCha20_ctr32(unsigned char *out, const unsigned char *in,
                    size_t length, const unsigned int key[8],
                    const unsigned int counter[4]);

/* 'counter' is the number of the block, in its first word, and the nonce.
   WebAssembly is little-endian, so no bytes have to be swapped. */
void ChaCha20_ctr32(unsigned char *out, const unsigned char *in,
                    size_t length, const unsigned int key[8],
                    const unsigned int counter[4])
{
  uint32_t state[16] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 };
  memcpy(state + 4, key, 32);
  memcpy(state + COUNTER, counter, 16);
  for(; length >= 4 * BLOCK; length -= 4 * BLOCK) {
    four_blocks(out, in, state);
    in += 4 * BLOCK;
    out += 4 * BLOCK;
    state[COUNTER] += 4;
  }
  if(length > 0) {
    uint8_t last[4 * BLOCK] = { 0 };
    memcpy(last, in, length);
    four_blocks(last, last, state);
    memcpy(out, last, length);
  }
}
