/*
 * GHASH (NIST SP 800-38D, section 6.4) for WebAssembly. OpenSSL calls it like
 * code for a special processor (GHASH_ASM). OpenSSL's portable code does 320
 * MB/s here, and this more than twice as much. ../openssl.sh adds it to
 * libcrypto.
 *
 * Like the code that it replaces it uses tables, so its timing may reveal
 * something to programs that share the processor's cache.
 */
#include <stddef.h>
#include <stdint.h>
#include <wasm_simd128.h>

/* OpenSSL's 128 bits: the first byte of the block is the highest of 'hi'. */
struct u128 {
  uint64_t hi;
  uint64_t lo;
};

/*
 * The product of a key with a block is the sum of a product for each of the
 * block's 32 nibbles in its place. These are in 32 tables of 16 entries, so
 * the data needs no shifts and no reductions. 8 KB for each key.
 */
struct products {
  struct u128 key;
  v128_t of[32][16];
};

/* The tables of the last keys, because a busy connection has a key for each
   direction, and making tables takes as long as hashing about 2 KB. */
#define PRODUCTS_KEPT 4
static struct products kept[PRODUCTS_KEPT];
static unsigned int replaced_next;

void gcm_gmult_4bit(uint64_t xi[2], const struct u128 htable[16]);
void gcm_ghash_4bit(uint64_t xi[2], const struct u128 htable[16],
                    const uint8_t *in, size_t length);

/* Multiplies by x^4: shifts the bits down, and reduces those that fall out
   by the polynomial of the field. */
static struct u128 times_x4(struct u128 v)
{
  static const uint16_t remainder[16] = {
    0x0000, 0x1c20, 0x3840, 0x2460, 0x7080, 0x6ca0, 0x48c0, 0x54e0,
    0xe100, 0xfd20, 0xd940, 0xc560, 0x9180, 0x8da0, 0xa9c0, 0xb5e0
  };
  struct u128 r;
  r.hi = (v.hi >> 4) ^ ((uint64_t)remainder[v.lo & 15] << 48);
  r.lo = (v.lo >> 4) | (v.hi << 60);
  return r;
}

/* In the order of the bytes of a block. */
static v128_t to_bytes(struct u128 v)
{
  return wasm_i64x2_make((int64_t)__builtin_bswap64(v.hi),
                         (int64_t)__builtin_bswap64(v.lo));
}

/* OpenSSL has prepared htable: the products of the key with each nibble in
   the first place. Entry 8, the bit for x^0, is the key itself. */
static const struct products *products_of(const struct u128 htable[16])
{
  struct products *p;
  int nibble, place;
  for(p = kept; p < kept + PRODUCTS_KEPT; p++)
    if(p->key.hi == htable[8].hi && p->key.lo == htable[8].lo)
      return p; /* also the key 0, whose products are all 0 */
  p = &kept[replaced_next++ % PRODUCTS_KEPT];
  for(nibble = 0; nibble < 16; nibble++) {
    struct u128 v = htable[nibble];
    for(place = 0; place < 32; place++) {
      p->of[place][nibble] = to_bytes(v);
      v = times_x4(v);
    }
  }
  p->key = htable[8];
  return p;
}

static inline v128_t at(const v128_t *table, uint64_t offset)
{
  return *(const v128_t *)((const char *)table + (offset & 0xf0));
}

/* The sum of the products of the eight bytes of 'x', the first the lowest. */
static inline v128_t half(const v128_t (*of)[16], uint64_t x)
{
  v128_t even = wasm_v128_xor(at(of[0], x), at(of[2], x >> 8));
  v128_t odd = wasm_v128_xor(at(of[1], x << 4), at(of[3], x >> 4));
  even = wasm_v128_xor(even, at(of[4], x >> 16));
  odd = wasm_v128_xor(odd, at(of[5], x >> 12));
  even = wasm_v128_xor(even, at(of[6], x >> 24));
  odd = wasm_v128_xor(odd, at(of[7], x >> 20));
  even = wasm_v128_xor(even, at(of[8], x >> 32));
  odd = wasm_v128_xor(odd, at(of[9], x >> 28));
  even = wasm_v128_xor(even, at(of[10], x >> 40));
  odd = wasm_v128_xor(odd, at(of[11], x >> 36));
  even = wasm_v128_xor(even, at(of[12], x >> 48));
  odd = wasm_v128_xor(odd, at(of[13], x >> 44));
  even = wasm_v128_xor(even, at(of[14], x >> 56));
  odd = wasm_v128_xor(odd, at(of[15], x >> 52));
  return wasm_v128_xor(even, odd);
}

void gcm_ghash_4bit(uint64_t xi[2], const struct u128 htable[16],
                    const uint8_t *in, size_t length)
{
  const struct products *p = products_of(htable);
  v128_t x = wasm_v128_load(xi);
  for(; length >= 16; length -= 16, in += 16) {
    x = wasm_v128_xor(x, wasm_v128_load(in));
    x = wasm_v128_xor(half(p->of, (uint64_t)wasm_i64x2_extract_lane(x, 0)),
                      half(p->of + 16,
                           (uint64_t)wasm_i64x2_extract_lane(x, 1)));
  }
  wasm_v128_store(xi, x);
}

void gcm_gmult_4bit(uint64_t xi[2], const struct u128 htable[16])
{
  static const uint8_t nothing[16];
  gcm_ghash_4bit(xi, htable, nothing, sizeof(nothing));
}
