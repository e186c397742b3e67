/*
 * AES-CTR and GHASH for WebAssembly, in the places that OpenSSL keeps for a
 * processor's own code (AES_CTR_ASM and GHASH_ASM): its portable code does
 * 320 MB/s of GHASH and 200 MB/s of AES-256 here, this does several times
 * the former and more of the latter. Added to libcrypto by ../openssl.sh.
 *
 * Like the code that it replaces, it looks things up in tables, so it makes
 * no promise about timing to whoever shares the processor's cache.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wasm_simd128.h>

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/aes.h>

/* --- GHASH: NIST SP 800-38D, section 6.4 --- */

/* OpenSSL's 128 bits: the first byte of the block is the top of 'hi'. */
struct u128 {
  uint64_t hi;
  uint64_t lo;
};

/*
 * The product of a key with a block is the sum over the block's 32 nibbles
 * of what each contributes in its place: 32 tables of 16 entries, so that no
 * shifts and no reductions are left for the data. 8 KB a key.
 */
struct products {
  struct u128 key;
  v128_t of[32][16];
};

/* The keys used last: a connection that is busy has one for each direction,
   and making the tables takes as long as hashing about 2 KB. */
#define PRODUCTS_KEPT 4
static struct products kept[PRODUCTS_KEPT];
static unsigned int replaced_next;

void gcm_gmult_4bit(uint64_t xi[2], const struct u128 htable[16]);
void gcm_ghash_4bit(uint64_t xi[2], const struct u128 htable[16],
                    const uint8_t *in, size_t length);

/* Multiplication by x^4: the bits move down, those that fall out come back
   by the field's polynomial. */
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

/* htable is what OpenSSL has prepared: the key times each nibble in the
   first place. Its entry 8, the bit for x^0, is the key itself. */
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

/* The products of the eight bytes of 'x', whose first is the lowest. */
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

/* --- AES in counter mode: FIPS 197, NIST SP 800-38A --- */

/*
 * A round's SubBytes, ShiftRows and MixColumns as four look-ups a column.
 * Columns are words whose first byte is the lowest, as memory has them here:
 * nothing has to be turned around.
 */
static uint32_t round_table[4][256];
static uint8_t sbox[256];

static uint8_t double_of(uint8_t x)
{
  return (uint8_t)((x << 1) ^ (x & 0x80 ? 0x1b : 0));
}

/* The S-box by walking through the field with the generator 3 and its
   inverse at the same time. */
static void make_tables(void)
{
  uint8_t p = 1, q = 1;
  int i;
  do {
    uint8_t s;
    p = (uint8_t)(p ^ double_of(p));
    q ^= (uint8_t)(q << 1);
    q ^= (uint8_t)(q << 2);
    q ^= (uint8_t)(q << 4);
    if(q & 0x80)
      q ^= 0x09;
    s = (uint8_t)(q ^ (q << 1 | q >> 7) ^ (q << 2 | q >> 6) ^
                  (q << 3 | q >> 5) ^ (q << 4 | q >> 4) ^ 0x63);
    sbox[p] = s;
  } while(p != 1);
  sbox[0] = 0x63;
  for(i = 0; i < 256; i++) {
    uint32_t s = sbox[i];
    uint32_t s2 = double_of(sbox[i]);
    uint32_t t = s2 | s << 8 | s << 16 | (s2 ^ s) << 24;
    int row;
    for(row = 0; row < 4; row++) {
      round_table[row][i] = t;
      t = t << 8 | t >> 24;
    }
  }
}

static inline uint32_t look(int row, uint32_t offset)
{
  return *(const uint32_t *)((const char *)round_table[row] +
                             (offset & 0x3fc));
}

/* One column of the next state, from the columns that ShiftRows brings
   together. */
static inline uint32_t column(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
  return look(0, a << 2) ^ look(1, b >> 6) ^ look(2, c >> 14) ^
    look(3, d >> 22);
}

/* The same in the last round, which has no MixColumns. */
static inline uint32_t last(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
  return (uint32_t)sbox[a & 255] | (uint32_t)sbox[b >> 8 & 255] << 8 |
    (uint32_t)sbox[c >> 16 & 255] << 16 | (uint32_t)sbox[d >> 24] << 24;
}

void AES_ctr32_encrypt(const unsigned char *in, unsigned char *out,
                       size_t blocks, const void *schedule,
                       const unsigned char ivec[16]);

/* Encrypts 'blocks' blocks with the counter that starts at ivec, whose last
   four bytes count. The caller keeps track of the counter. */
void AES_ctr32_encrypt(const unsigned char *in, unsigned char *out,
                       size_t blocks, const void *schedule,
                       const unsigned char ivec[16])
{
  const AES_KEY *key = schedule;
  uint32_t rk[60];
  uint32_t iv[4];
  uint32_t counter;
  uint32_t first[4];
  int i;

  if(!sbox[0])
    make_tables();
  /* the schedule has the first byte of a column at its top */
  for(i = 0; i < 4 * (key->rounds + 1); i++)
    rk[i] = __builtin_bswap32(key->rd_key[i]);
  memcpy(iv, ivec, sizeof(iv));
  counter = __builtin_bswap32(iv[3]);

  /* what the first round makes of the columns that do not change */
  for(i = 0; i < 3; i++)
    iv[i] ^= rk[i];
  first[0] = look(0, iv[0] << 2) ^ look(1, iv[1] >> 6) ^
    look(2, iv[2] >> 14) ^ rk[4];
  first[1] = look(0, iv[1] << 2) ^ look(1, iv[2] >> 6) ^
    look(3, iv[0] >> 22) ^ rk[5];
  first[2] = look(0, iv[2] << 2) ^ look(2, iv[0] >> 14) ^
    look(3, iv[1] >> 22) ^ rk[6];
  first[3] = look(1, iv[0] >> 6) ^ look(2, iv[1] >> 14) ^
    look(3, iv[2] >> 22) ^ rk[7];

  for(; blocks; blocks--, in += 16, out += 16) {
    const uint32_t *k = rk + 8;
    uint32_t c = __builtin_bswap32(counter++) ^ rk[3];
    uint32_t s0 = first[0] ^ look(3, c >> 22);
    uint32_t s1 = first[1] ^ look(2, c >> 14);
    uint32_t s2 = first[2] ^ look(1, c >> 6);
    uint32_t s3 = first[3] ^ look(0, c << 2);
    for(i = key->rounds - 2; i; i--, k += 4) {
      uint32_t t0 = column(s0, s1, s2, s3) ^ k[0];
      uint32_t t1 = column(s1, s2, s3, s0) ^ k[1];
      uint32_t t2 = column(s2, s3, s0, s1) ^ k[2];
      uint32_t t3 = column(s3, s0, s1, s2) ^ k[3];
      s0 = t0;
      s1 = t1;
      s2 = t2;
      s3 = t3;
    }
    wasm_v128_store(out, wasm_v128_xor(
      wasm_v128_load(in),
      wasm_i32x4_make((int)(last(s0, s1, s2, s3) ^ k[0]),
                      (int)(last(s1, s2, s3, s0) ^ k[1]),
                      (int)(last(s2, s3, s0, s1) ^ k[2]),
                      (int)(last(s3, s0, s1, s2) ^ k[3]))));
  }
}
