/*
 * Decodes base64 (RFC 4648) for Mbed TLS, in the place of its own. That takes
 * the same time for each letter, which is for private keys, and so takes 20
 * ms for the certificates of a browser. OpenSSL's depends on the letters, too.
 */
#include <stdint.h>
#include <string.h>

#include <mbedtls/base64.h>

enum { OTHER = 64, SPACE, PADDING };

/* The value of each letter, or what else a character is. A table, because a
   processor cannot guess which letter comes next. */
static unsigned char value[256];

static void make_values(void)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/";
  int i;
  memset(value, OTHER, sizeof(value));
  for(i = 0; i < 64; i++)
    value[(unsigned char)letters[i]] = (unsigned char)i;
  value[' '] = value['\r'] = value['\n'] = SPACE;
  value['='] = PADDING;
}

/* Counts letters. Returns 0 for what is not base64. */
static int count(const unsigned char *in, size_t length, size_t *letters)
{
  size_t i, padding = 0;
  *letters = 0;
  for(i = 0; i < length; i++) {
    unsigned char v = value[in[i]];
    if(v < 64 && !padding)
      ++*letters;
    else if(v == PADDING)
      padding++;
    else if(v != SPACE)
      return 0;
  }
  return padding <= 2 && (*letters + padding) % 4 == 0;
}

/* The size in *out_length is also there if 'out' is too small, or NULL. */
int mbedtls_base64_decode(unsigned char *out, size_t out_size,
                          size_t *out_length, const unsigned char *in,
                          size_t length)
{
  size_t letters, i;
  uint32_t bits = 0;
  int have = 0;
  *out_length = 0;
  if(!value[0])
    make_values();
  if(!count(in, length, &letters))
    return MBEDTLS_ERR_BASE64_INVALID_CHARACTER;
  *out_length = letters / 4 * 3 + letters % 4 * 3 / 4;
  if(letters && (!out || out_size < *out_length))
    return MBEDTLS_ERR_BASE64_BUFFER_TOO_SMALL;
  for(i = 0; i < length; i++) {
    unsigned char v = value[in[i]];
    if(v >= 64)
      continue;
    bits = bits << 6 | v;
    have += 6;
    if(have >= 8) {
      have -= 8;
      *out++ = (unsigned char)(bits >> have);
    }
  }
  return 0;
}
