/*
 * AES-GCM (NIST SP 800-38D) for Mbed TLS, in the place of its own, with the
 * code for WebAssembly that OpenSSL uses, too: ../openssl/aes_ctr.c and
 * ../openssl/ghash.c. Mbed TLS' portable code does a fifth of the speed.
 *
 * TLS encrypts and decrypts whole records, so there are no calls for parts.
 */
#include <string.h>

#define MBEDTLS_ALLOW_PRIVATE_ACCESS
#include <mbedtls/aes.h>
#include <mbedtls/constant_time.h>
#include <mbedtls/error.h>
#include <mbedtls/gcm.h>
#include <mbedtls/platform_util.h>

#define BLOCK 16
#define NONCE 12

void AES_ctr32_encrypt(const unsigned char *in, unsigned char *out,
                       size_t blocks, const void *key,
                       const unsigned char counter[BLOCK]);
void gcm_ghash_4bit(uint64_t hash[2], const struct u128 products[16],
                    const unsigned char *in, size_t length);

void mbedtls_gcm_init(mbedtls_gcm_context *ctx)
{
  memset(ctx, 0, sizeof(*ctx));
}

void mbedtls_gcm_free(mbedtls_gcm_context *ctx)
{
  if(ctx)
    mbedtls_platform_zeroize(ctx, sizeof(*ctx));
}

/* --- the key --- */

/* Multiplies by x: shifts the bits down, and reduces the one that falls out
   by the polynomial of the field. */
static struct u128 times_x(struct u128 v)
{
  struct u128 r;
  r.hi = (v.hi >> 1) ^ ((v.lo & 1) ? (uint64_t)0xe1 << 56 : 0);
  r.lo = (v.lo >> 1) | (v.hi << 63);
  return r;
}

/* The highest bit of a nibble is the one for x^0. */
static void make_products(struct u128 products[16], struct u128 key)
{
  int bit, i;
  for(bit = 8; bit > 0; bit >>= 1, key = times_x(key)) {
    products[bit] = key;
    for(i = bit; i < 16; i += 2 * bit) {
      int rest = i - bit;
      if(rest > 0) {
        products[i].hi = products[rest].hi ^ key.hi;
        products[i].lo = products[rest].lo ^ key.lo;
      }
    }
  }
}

int mbedtls_gcm_setkey(mbedtls_gcm_context *ctx, mbedtls_cipher_id_t cipher,
                       const unsigned char *key, unsigned int bits)
{
  static const unsigned char zero[BLOCK];
  mbedtls_aes_context aes;
  uint64_t hash_key[2];
  struct u128 h;
  int i, result;

  if(cipher != MBEDTLS_CIPHER_ID_AES)
    return MBEDTLS_ERR_GCM_BAD_INPUT;
  mbedtls_aes_init(&aes);
  result = mbedtls_aes_setkey_enc(&aes, key, bits);
  if(!result) {
    ctx->key.rounds = aes.nr;
    /* in OpenSSL the first byte of a word is the highest */
    for(i = 0; i < 4 * (aes.nr + 1); i++)
      ctx->key.rd_key[i] = __builtin_bswap32(aes.buf[aes.rk_offset + i]);
    AES_ctr32_encrypt(zero, (unsigned char *)hash_key, 1, &ctx->key, zero);
    h.hi = __builtin_bswap64(hash_key[0]);
    h.lo = __builtin_bswap64(hash_key[1]);
    make_products(ctx->products, h);
  }
  mbedtls_aes_free(&aes);
  return result;
}

/* --- records --- */

static void hash(const mbedtls_gcm_context *ctx, uint64_t sum[2],
                 const unsigned char *data, size_t length)
{
  size_t whole = length - length % BLOCK;
  gcm_ghash_4bit(sum, ctx->products, data, whole);
  if(whole < length) {
    unsigned char last[BLOCK] = { 0 };
    memcpy(last, data + whole, length - whole);
    gcm_ghash_4bit(sum, ctx->products, last, BLOCK);
  }
}

static void set_counter(unsigned char block[BLOCK],
                        const unsigned char nonce[NONCE], uint32_t counter)
{
  uint32_t big_endian = __builtin_bswap32(counter);
  memcpy(block, nonce, NONCE);
  memcpy(block + NONCE, &big_endian, sizeof(big_endian));
}

static void encrypt(const mbedtls_gcm_context *ctx,
                    const unsigned char nonce[NONCE],
                    const unsigned char *in, unsigned char *out,
                    size_t length)
{
  unsigned char counter[BLOCK];
  size_t whole = length - length % BLOCK;
  set_counter(counter, nonce, 2); /* the tag has 1 */
  AES_ctr32_encrypt(in, out, whole / BLOCK, &ctx->key, counter);
  if(whole < length) {
    unsigned char last[BLOCK] = { 0 };
    set_counter(counter, nonce, (uint32_t)(2 + whole / BLOCK));
    memcpy(last, in + whole, length - whole);
    AES_ctr32_encrypt(last, last, 1, &ctx->key, counter);
    memcpy(out + whole, last, length - whole);
  }
}

static void make_tag(const mbedtls_gcm_context *ctx,
                     const unsigned char nonce[NONCE],
                     const unsigned char *add, size_t add_length,
                     const unsigned char *encrypted, size_t length,
                     unsigned char tag[BLOCK])
{
  uint64_t sum[2] = { 0 };
  uint64_t bits[2];
  unsigned char counter[BLOCK];
  hash(ctx, sum, add, add_length);
  hash(ctx, sum, encrypted, length);
  bits[0] = __builtin_bswap64((uint64_t)add_length * 8);
  bits[1] = __builtin_bswap64((uint64_t)length * 8);
  hash(ctx, sum, (const unsigned char *)bits, sizeof(bits));
  set_counter(counter, nonce, 1);
  AES_ctr32_encrypt((const unsigned char *)sum, tag, 1, &ctx->key, counter);
}

static int are_sizes_right(size_t nonce_length, size_t tag_length)
{
  return nonce_length == NONCE && tag_length <= BLOCK;
}

int mbedtls_gcm_crypt_and_tag(mbedtls_gcm_context *ctx, int mode,
                              size_t length, const unsigned char *nonce,
                              size_t nonce_length, const unsigned char *add,
                              size_t add_length, const unsigned char *in,
                              unsigned char *out, size_t tag_length,
                              unsigned char *tag)
{
  unsigned char whole_tag[BLOCK];
  if(mode != MBEDTLS_GCM_ENCRYPT || !are_sizes_right(nonce_length, tag_length))
    return MBEDTLS_ERR_GCM_BAD_INPUT;
  encrypt(ctx, nonce, in, out, length);
  make_tag(ctx, nonce, add, add_length, out, length, whole_tag);
  memcpy(tag, whole_tag, tag_length);
  return 0;
}

int mbedtls_gcm_auth_decrypt(mbedtls_gcm_context *ctx, size_t length,
                             const unsigned char *nonce, size_t nonce_length,
                             const unsigned char *add, size_t add_length,
                             const unsigned char *tag, size_t tag_length,
                             const unsigned char *in, unsigned char *out)
{
  unsigned char right_tag[BLOCK];
  if(!are_sizes_right(nonce_length, tag_length))
    return MBEDTLS_ERR_GCM_BAD_INPUT;
  make_tag(ctx, nonce, add, add_length, in, length, right_tag);
  if(mbedtls_ct_memcmp(right_tag, tag, tag_length))
    return MBEDTLS_ERR_GCM_AUTH_FAILED;
  encrypt(ctx, nonce, in, out, length);
  return 0;
}

/* --- calls for parts --- */

int mbedtls_gcm_starts(mbedtls_gcm_context *ctx, int mode,
                       const unsigned char *nonce, size_t nonce_length)
{
  (void)ctx, (void)mode, (void)nonce, (void)nonce_length;
  return MBEDTLS_ERR_ERROR_GENERIC_ERROR;
}

int mbedtls_gcm_update_ad(mbedtls_gcm_context *ctx, const unsigned char *add,
                          size_t add_length)
{
  (void)ctx, (void)add, (void)add_length;
  return MBEDTLS_ERR_ERROR_GENERIC_ERROR;
}

int mbedtls_gcm_update(mbedtls_gcm_context *ctx, const unsigned char *in,
                       size_t in_length, unsigned char *out, size_t out_size,
                       size_t *out_length)
{
  (void)ctx, (void)in, (void)in_length, (void)out, (void)out_size;
  *out_length = 0;
  return MBEDTLS_ERR_ERROR_GENERIC_ERROR;
}

int mbedtls_gcm_finish(mbedtls_gcm_context *ctx, unsigned char *out,
                       size_t out_size, size_t *out_length,
                       unsigned char *tag, size_t tag_length)
{
  (void)ctx, (void)out, (void)out_size, (void)tag, (void)tag_length;
  *out_length = 0;
  return MBEDTLS_ERR_ERROR_GENERIC_ERROR;
}
