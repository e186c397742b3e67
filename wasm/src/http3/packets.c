/*
 * Decrypts the packets of QUIC that are protected by ChaCha20-Poly1305 (RFC
 * 9001), the cipher that is offered first here. ngtcp2 calls OpenSSL's EVP
 * nine times for a packet, and EVP's own work for that took a quarter of the
 * time of the cipher, because a packet is short. So this calls the kernels
 * (wasm/lib/openssl) itself. Other ciphers, and what is sent, go through EVP.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#define KEY 32
#define NONCE 12
#define TAG 16
#define BLOCK 64
/* The kernel makes four blocks of the key stream at a time. */
#define FOUR_BLOCKS (4 * BLOCK)
/* The first block is the key of Poly1305, and the rest is for the packet. */
#define HEAD (FOUR_BLOCKS - BLOCK)

void ChaCha20_ctr32(unsigned char *out, const unsigned char *in,
                    size_t length, const unsigned int key[8],
                    const unsigned int counter[4]);
int poly1305_init(void *ctx, const unsigned char key[16], void *functions);
void poly1305_blocks(void *ctx, const unsigned char *in, size_t length,
                     unsigned int padbit);
void poly1305_emit(void *ctx, unsigned char mac[16],
                   const unsigned int nonce[4]);

/* EVP does not show the key, so it is kept with the context a second time. */
static void keep_key(EVP_CIPHER_CTX *ctx, const uint8_t *key)
{
  void *kept = malloc(KEY);
  if(kept)
    memcpy(kept, key, KEY);
  EVP_CIPHER_CTX_set_app_data(ctx, kept);
}

static void forget_key(EVP_CIPHER_CTX *ctx)
{
  void *kept = ctx ? EVP_CIPHER_CTX_get_app_data(ctx) : NULL;
  if(kept)
    OPENSSL_cleanse(kept, KEY);
  free(kept);
}

int __real_ngtcp2_crypto_aead_ctx_decrypt_init(
  ngtcp2_crypto_aead_ctx *ctx, const ngtcp2_crypto_aead *aead,
  const uint8_t *key, size_t noncelen);
int __wrap_ngtcp2_crypto_aead_ctx_decrypt_init(
  ngtcp2_crypto_aead_ctx *ctx, const ngtcp2_crypto_aead *aead,
  const uint8_t *key, size_t noncelen);
int __wrap_ngtcp2_crypto_aead_ctx_decrypt_init(
  ngtcp2_crypto_aead_ctx *ctx, const ngtcp2_crypto_aead *aead,
  const uint8_t *key, size_t noncelen)
{
  int result = __real_ngtcp2_crypto_aead_ctx_decrypt_init(ctx, aead, key,
                                                          noncelen);
  if(!result && noncelen == NONCE &&
     EVP_CIPHER_nid(aead->native_handle) == NID_chacha20_poly1305)
    keep_key(ctx->native_handle, key);
  return result;
}

void __real_ngtcp2_crypto_aead_ctx_free(ngtcp2_crypto_aead_ctx *ctx);
void __wrap_ngtcp2_crypto_aead_ctx_free(ngtcp2_crypto_aead_ctx *ctx);
void __wrap_ngtcp2_crypto_aead_ctx_free(ngtcp2_crypto_aead_ctx *ctx)
{
  forget_key(ctx->native_handle);
  __real_ngtcp2_crypto_aead_ctx_free(ctx);
}

int __real_ngtcp2_crypto_cipher_ctx_encrypt_init(
  ngtcp2_crypto_cipher_ctx *ctx, const ngtcp2_crypto_cipher *cipher,
  const uint8_t *key);
int __wrap_ngtcp2_crypto_cipher_ctx_encrypt_init(
  ngtcp2_crypto_cipher_ctx *ctx, const ngtcp2_crypto_cipher *cipher,
  const uint8_t *key);
int __wrap_ngtcp2_crypto_cipher_ctx_encrypt_init(
  ngtcp2_crypto_cipher_ctx *ctx, const ngtcp2_crypto_cipher *cipher,
  const uint8_t *key)
{
  int result = __real_ngtcp2_crypto_cipher_ctx_encrypt_init(ctx, cipher, key);
  if(!result && EVP_CIPHER_nid(cipher->native_handle) == NID_chacha20)
    keep_key(ctx->native_handle, key);
  return result;
}

void __real_ngtcp2_crypto_cipher_ctx_free(ngtcp2_crypto_cipher_ctx *ctx);
void __wrap_ngtcp2_crypto_cipher_ctx_free(ngtcp2_crypto_cipher_ctx *ctx);
void __wrap_ngtcp2_crypto_cipher_ctx_free(ngtcp2_crypto_cipher_ctx *ctx)
{
  forget_key(ctx->native_handle);
  __real_ngtcp2_crypto_cipher_ctx_free(ctx);
}

/* The tag of a packet (RFC 8439, 2.8). 'key' has both halves. */
static void make_tag(uint8_t tag[TAG], const uint32_t key[8],
                     const uint8_t *header, size_t header_length,
                     const uint8_t *text, size_t length)
{
  double state[24]; /* as much as OpenSSL reserves */
  uint8_t padded[TAG];
  uint64_t lengths[2] = { header_length, length };
  const struct { const uint8_t *bytes; size_t length; } parts[] = {
    { header, header_length }, { text, length }
  };
  int i;
  poly1305_init(state, (const uint8_t *)key, NULL);
  for(i = 0; i < 2; i++) {
    size_t rest = parts[i].length % TAG, whole = parts[i].length - rest;
    poly1305_blocks(state, parts[i].bytes, whole, 1);
    if(rest) {
      memset(padded, 0, TAG);
      memcpy(padded, parts[i].bytes + whole, rest);
      poly1305_blocks(state, padded, TAG, 1);
    }
  }
  poly1305_blocks(state, (const uint8_t *)lengths, TAG, 1);
  poly1305_emit(state, tag, key + 4);
}

int __real_ngtcp2_crypto_decrypt(
  uint8_t *dest, const ngtcp2_crypto_aead *aead,
  const ngtcp2_crypto_aead_ctx *ctx, const uint8_t *text, size_t length,
  const uint8_t *nonce, size_t noncelen, const uint8_t *header,
  size_t header_length);
int __wrap_ngtcp2_crypto_decrypt(
  uint8_t *dest, const ngtcp2_crypto_aead *aead,
  const ngtcp2_crypto_aead_ctx *ctx, const uint8_t *text, size_t length,
  const uint8_t *nonce, size_t noncelen, const uint8_t *header,
  size_t header_length);
int __wrap_ngtcp2_crypto_decrypt(
  uint8_t *dest, const ngtcp2_crypto_aead *aead,
  const ngtcp2_crypto_aead_ctx *ctx, const uint8_t *text, size_t length,
  const uint8_t *nonce, size_t noncelen, const uint8_t *header,
  size_t header_length)
{
  const uint32_t *key = EVP_CIPHER_CTX_get_app_data(ctx->native_handle);
  uint32_t counter[4] = { 0 }, head[FOUR_BLOCKS / 4];
  uint8_t *first = (uint8_t *)head + BLOCK, tag[TAG];
  size_t part;
  if(!key)
    return __real_ngtcp2_crypto_decrypt(dest, aead, ctx, text, length, nonce,
                                        noncelen, header, header_length);
  if(length < TAG)
    return -1;
  length -= TAG;
  memcpy(counter + 1, nonce, NONCE);
  part = length < HEAD ? length : HEAD;
  memset(head, 0, BLOCK);
  memcpy(first, text, part);
  ChaCha20_ctr32((uint8_t *)head, (uint8_t *)head, BLOCK + part, key, counter);
  make_tag(tag, head, header, header_length, text, length);
  if(CRYPTO_memcmp(tag, text + length, TAG))
    return -1;
  memcpy(dest, first, part);
  counter[0] = FOUR_BLOCKS / BLOCK;
  ChaCha20_ctr32(dest + part, text + part, length - part, key, counter);
  return 0;
}

int __real_ngtcp2_crypto_hp_mask(uint8_t *dest,
                                 const ngtcp2_crypto_cipher *cipher,
                                 const ngtcp2_crypto_cipher_ctx *ctx,
                                 const uint8_t *sample);
int __wrap_ngtcp2_crypto_hp_mask(uint8_t *dest,
                                 const ngtcp2_crypto_cipher *cipher,
                                 const ngtcp2_crypto_cipher_ctx *ctx,
                                 const uint8_t *sample);
int __wrap_ngtcp2_crypto_hp_mask(uint8_t *dest,
                                 const ngtcp2_crypto_cipher *cipher,
                                 const ngtcp2_crypto_cipher_ctx *ctx,
                                 const uint8_t *sample)
{
  static const uint8_t zeros[NGTCP2_HP_SAMPLELEN];
  const uint32_t *key = EVP_CIPHER_CTX_get_app_data(ctx->native_handle);
  uint32_t counter[4];
  if(!key)
    return __real_ngtcp2_crypto_hp_mask(dest, cipher, ctx, sample);
  memcpy(counter, sample, sizeof(counter));
  ChaCha20_ctr32(dest, zeros, sizeof(zeros), key, counter);
  return 0;
}
