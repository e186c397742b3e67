/*
 * AES-GCM by the host (TypeScript side: shim/aes-gcm.ts), whose code uses the
 * processor's instructions for it: for records of TLS, if the host has it,
 * from a length on where the call is worth it. Everything else stays with
 * OpenSSL's own code. ../openssl.sh compiles this instead of
 * cipher_aes_gcm_hw.c, which it contains.
 *
 * The host never decides that a message is wrong: if its tag is, or if the
 * host fails, then 'out' is as it was, and OpenSSL's own code does the work
 * and decides.
 */
#define ossl_prov_aes_hw_gcm own_aes_gcm
#include "providers/implementations/ciphers/cipher_aes_gcm_hw.c"
#undef ossl_prov_aes_hw_gcm

#define SHIM(name) \
  __attribute__((import_module("shim"), import_name(#name)))

/* In bytes. Then the host takes half as long as our code, which takes 4 us for
   each KB. About as long takes the call of the host, however short the text
   is. */
#define HOST_FROM 2048

#define NONCE 12
#define TAG GCM_TAG_MAX_SIZE
#define TLS13_AAD 5
#define TLS12_AAD 13

/* What the host gets, beside the text. shim/aes-gcm.ts knows the offsets. */
struct message {
  unsigned char key[32];
  unsigned char nonce[16]; /* 12 bytes of it */
  unsigned char aad[16];
  unsigned char tag[TAG]; /* the host writes it, or compares it */
  unsigned int key_length;
  unsigned int aad_length;
};

/* Returns 1 for done, and 0 if it could not, or if the tag is wrong. */
SHIM(aes_gcm) int shim_aes_gcm(struct message *message, int encrypting,
                               const unsigned char *in, size_t length,
                               unsigned char *out);
SHIM(has_aes_gcm) int shim_has_aes_gcm(void);

/* Who has done the text of the current message, in the context's member for
   "platform specific data". */
enum { OPENSSL, HOST, OPENSSL_AFTER_HOST };
#define BY(ctx) (((PROV_AES_GCM_CTX *)(ctx))->plat.dummy)

/* Less than 0 until the host is asked for the first time. */
static int host_has_it = -1;

static int host(void)
{
  if(host_has_it < 0)
    host_has_it = shim_has_aes_gcm();
  return host_has_it;
}

static size_t u16(const unsigned char *at)
{
  return (size_t)at[0] << 8 | at[1];
}

/*
 * Whether these bytes are all the text of a message, and nothing of it is
 * done yet. The additional data says so: in TLS 1.3 it is the header of the
 * record, whose length includes the tag (RFC 8446, 5.2), and in TLS 1.2 it
 * ends with the length of the text (RFC 5246, 6.2.3.3). OpenSSL keeps the
 * additional data in Xi until there are 16 bytes.
 */
static int is_whole(const PROV_GCM_CTX *ctx, size_t length)
{
  const GCM128_CONTEXT *gcm = &ctx->gcm;
  if(ctx->ivlen != NONCE || gcm->len.u[1] || gcm->len.u[0] != gcm->ares ||
     (!ctx->enc && ctx->taglen != TAG))
    return 0;
  if(gcm->ares == TLS13_AAD)
    return u16(gcm->Xi.c + TLS13_AAD - 2) == length + TAG;
  return gcm->ares == TLS12_AAD && u16(gcm->Xi.c + TLS12_AAD - 2) == length;
}

/* Returns whether the host has done it. The tag is in 'buf' or, for
   encryption, is left in EKi, which OpenSSL does not use for whole texts. */
static int by_host(PROV_GCM_CTX *ctx, const unsigned char *in, size_t length,
                   unsigned char *out)
{
  const AES_KEY *schedule = ctx->gcm.key;
  struct message message;
  int i, done;
  /* the schedule begins with the key, and the first byte of its words is the
     highest */
  for(i = 0; i < (int)ctx->keylen / 4; i++)
    ((unsigned int *)message.key)[i] = __builtin_bswap32(schedule->rd_key[i]);
  memcpy(message.nonce, ctx->gcm.Yi.c, NONCE);
  memcpy(message.aad, ctx->gcm.Xi.c, sizeof(message.aad));
  memcpy(message.tag, ctx->buf, TAG);
  message.key_length = (unsigned int)ctx->keylen;
  message.aad_length = ctx->gcm.ares;
  done = shim_aes_gcm(&message, ctx->enc, in, length, out);
  if(done == 1 && ctx->enc)
    memcpy(ctx->gcm.EKi.c, message.tag, TAG);
  OPENSSL_cleanse(&message, sizeof(message));
  return done == 1;
}

static int setiv(PROV_GCM_CTX *ctx, const unsigned char *iv, size_t length)
{
  BY(ctx) = OPENSSL;
  return ossl_gcm_setiv(ctx, iv, length);
}

static int cipherupdate(PROV_GCM_CTX *ctx, const unsigned char *in,
                        size_t length, unsigned char *out)
{
  if(BY(ctx) == HOST)
    return 0; /* this would be more than the additional data says */
  if(length >= HOST_FROM && host() && is_whole(ctx, length)) {
    BY(ctx) = by_host(ctx, in, length, out) ? HOST : OPENSSL_AFTER_HOST;
    if(BY(ctx) == HOST)
      return 1;
  }
  return aes_gcm.cipherupdate(ctx, in, length, out);
}

static int cipherfinal(PROV_GCM_CTX *ctx, unsigned char *tag)
{
  if(BY(ctx) != HOST) {
    int right = ossl_gcm_cipher_final(ctx, tag);
    if(right && BY(ctx) == OPENSSL_AFTER_HOST)
      host_has_it = 0; /* because it fails */
    return right;
  }
  if(ctx->enc) {
    memcpy(tag, ctx->gcm.EKi.c, TAG);
    ctx->taglen = TAG;
  }
  return 1;
}

/* A record of TLS 1.2. Its tag goes where cipherupdate() reads it; the
   additional data, which was there, is used by then. */
static int oneshot(PROV_GCM_CTX *ctx, unsigned char *aad, size_t aad_length,
                   const unsigned char *in, size_t length, unsigned char *out,
                   unsigned char *tag, size_t tag_length)
{
  if(!ossl_gcm_aad_update(ctx, aad, aad_length))
    return 0;
  if(!ctx->enc)
    memcpy(ctx->buf, tag, tag_length);
  ctx->taglen = tag_length;
  return cipherupdate(ctx, in, length, out) && cipherfinal(ctx, tag);
}

const PROV_GCM_HW *ossl_prov_aes_hw_gcm(size_t keybits)
{
  static const PROV_GCM_HW table = {
    aes_gcm_initkey, setiv, ossl_gcm_aad_update, cipherupdate, cipherfinal,
    oneshot
  };
  (void)keybits;
  return &table;
}
