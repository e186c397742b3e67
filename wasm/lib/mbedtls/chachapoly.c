/*
 * ChaCha20-Poly1305 (RFC 8439) for Mbed TLS, in the place of its own, with
 * the code for WebAssembly that OpenSSL uses, too: ../openssl/chacha.c and
 * ../openssl/poly1305.c.
 *
 * TLS encrypts and decrypts whole records, so there are no calls for parts.
 */
#include <stdint.h>
#include <string.h>

#include <mbedtls/chachapoly.h>
#include <mbedtls/constant_time.h>
#include <mbedtls/error.h>
#include <mbedtls/platform_util.h>

#define TAG 16
#define BLOCK 16 /* of Poly1305 */
#define NONCE 12

void ChaCha20_ctr32(unsigned char *out, const unsigned char *in,
                    size_t length, const unsigned int key[8],
                    const unsigned int counter[4]);
int poly1305_init(void *ctx, const unsigned char key[16], void *functions);
void poly1305_blocks(void *ctx, const unsigned char *in, size_t length,
                     unsigned int padbit);
void poly1305_emit(void *ctx, unsigned char mac[TAG],
                   const unsigned int nonce[4]);

void mbedtls_chachapoly_init(mbedtls_chachapoly_context *ctx)
{
  memset(ctx, 0, sizeof(*ctx));
}

void mbedtls_chachapoly_free(mbedtls_chachapoly_context *ctx)
{
  if(ctx)
    mbedtls_platform_zeroize(ctx, sizeof(*ctx));
}

int mbedtls_chachapoly_setkey(mbedtls_chachapoly_context *ctx,
                              const unsigned char key[32])
{
  memcpy(ctx->key, key, sizeof(ctx->key));
  return 0;
}

static void crypt(const mbedtls_chachapoly_context *ctx,
                  const unsigned char nonce[NONCE], unsigned int block,
                  const unsigned char *in, unsigned char *out, size_t length)
{
  unsigned int counter[4];
  counter[0] = block;
  memcpy(counter + 1, nonce, NONCE);
  ChaCha20_ctr32(out, in, length, ctx->key, counter);
}

static void add_padded(void *poly, const unsigned char *data, size_t length)
{
  size_t whole = length - length % BLOCK;
  poly1305_blocks(poly, data, whole, 1);
  if(whole < length) {
    unsigned char last[BLOCK] = { 0 };
    memcpy(last, data + whole, length - whole);
    poly1305_blocks(poly, last, BLOCK, 1);
  }
}

static void make_tag(const mbedtls_chachapoly_context *ctx,
                     const unsigned char nonce[NONCE],
                     const unsigned char *add, size_t add_length,
                     const unsigned char *encrypted, size_t length,
                     unsigned char tag[TAG])
{
  static const unsigned char zero[32];
  unsigned int key[8]; /* r, then what is added in the end */
  uint64_t poly[192 / 8]; /* OpenSSL's size of the state */
  uint64_t lengths[2];
  crypt(ctx, nonce, 0, zero, (unsigned char *)key, sizeof(key));
  poly1305_init(poly, (const unsigned char *)key, NULL);
  add_padded(poly, add, add_length);
  add_padded(poly, encrypted, length);
  lengths[0] = add_length;
  lengths[1] = length;
  poly1305_blocks(poly, (const unsigned char *)lengths, sizeof(lengths), 1);
  poly1305_emit(poly, tag, key + 4);
}

int mbedtls_chachapoly_encrypt_and_tag(mbedtls_chachapoly_context *ctx,
                                       size_t length,
                                       const unsigned char nonce[NONCE],
                                       const unsigned char *add,
                                       size_t add_length,
                                       const unsigned char *in,
                                       unsigned char *out,
                                       unsigned char tag[TAG])
{
  crypt(ctx, nonce, 1, in, out, length);
  make_tag(ctx, nonce, add, add_length, out, length, tag);
  return 0;
}

int mbedtls_chachapoly_auth_decrypt(mbedtls_chachapoly_context *ctx,
                                    size_t length,
                                    const unsigned char nonce[NONCE],
                                    const unsigned char *add,
                                    size_t add_length,
                                    const unsigned char tag[TAG],
                                    const unsigned char *in,
                                    unsigned char *out)
{
  unsigned char right_tag[TAG];
  make_tag(ctx, nonce, add, add_length, in, length, right_tag);
  if(mbedtls_ct_memcmp(right_tag, tag, TAG))
    return MBEDTLS_ERR_CHACHAPOLY_AUTH_FAILED;
  crypt(ctx, nonce, 1, in, out, length);
  return 0;
}

/* --- calls for parts --- */

int mbedtls_chachapoly_starts(mbedtls_chachapoly_context *ctx,
                              const unsigned char nonce[NONCE],
                              mbedtls_chachapoly_mode_t mode)
{
  (void)ctx, (void)nonce, (void)mode;
  return MBEDTLS_ERR_CHACHAPOLY_BAD_STATE;
}

int mbedtls_chachapoly_update_aad(mbedtls_chachapoly_context *ctx,
                                  const unsigned char *add, size_t length)
{
  (void)ctx, (void)add, (void)length;
  return MBEDTLS_ERR_CHACHAPOLY_BAD_STATE;
}

int mbedtls_chachapoly_update(mbedtls_chachapoly_context *ctx, size_t length,
                              const unsigned char *in, unsigned char *out)
{
  (void)ctx, (void)length, (void)in, (void)out;
  return MBEDTLS_ERR_CHACHAPOLY_BAD_STATE;
}

int mbedtls_chachapoly_finish(mbedtls_chachapoly_context *ctx,
                              unsigned char tag[TAG])
{
  (void)ctx, (void)tag;
  return MBEDTLS_ERR_CHACHAPOLY_BAD_STATE;
}
