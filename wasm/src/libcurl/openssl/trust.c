/*
 * The trusted certificates of the host, each parsed when a chain needs it.
 * libcurl parses all of them for each multi handle, which takes longer than
 * the handshake. Here they are decoded once, and found by a hash of their
 * subject, as in OpenSSL's folders of certificates (X509_LOOKUP_hash_dir(3)).
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "../../glue.h"
#include "../trust.h"

struct authority {
  const unsigned char *der; /* in 'decoded' */
  long size;
  uint32_t hash; /* of the subject */
  X509 *parsed;  /* NULL until it is needed */
};

static unsigned char *decoded;
static struct authority *authorities;
static size_t count;

/* --- DER: ITU-T X.690 --- */

struct element {
  unsigned char tag;
  const unsigned char *content;
  const unsigned char *end;
};

#define CONSTRUCTED 0x20
#define VERSION (0x80 | CONSTRUCTED)

/* Reads the element at 'at', and returns what is after its header, NULL if it
   is longer than what is left. */
static const unsigned char *read_element(const unsigned char *at,
                                         const unsigned char *end,
                                         struct element *out)
{
  size_t size;
  if(end - at < 2)
    return NULL;
  out->tag = *at++;
  size = *at++;
  if(size & 0x80) {
    size_t octets = size & 0x7f;
    if(octets > 4 || (size_t)(end - at) < octets)
      return NULL;
    for(size = 0; octets; octets--)
      size = size << 8 | *at++;
  }
  if((size_t)(end - at) < size)
    return NULL;
  out->content = at;
  out->end = at + size;
  return at;
}

/* Reads the next element in 'outer', and moves the start of 'outer' to its
   end. */
static bool read_next(struct element *outer, struct element *out)
{
  if(!read_element(outer->content, outer->end, out))
    return false;
  outer->content = out->end;
  return true;
}

/* RFC 5280, 4.1: finds the subject of a certificate. */
static bool find_subject(const unsigned char *der, long size,
                         struct element *subject)
{
  struct element at = { 0, der, der + size };
  struct element skipped;
  int i;
  for(i = 0; i < 2; i++) /* into Certificate and its tbsCertificate */
    if(!read_element(at.content, at.end, &at))
      return false;
  if(at.content < at.end && *at.content == VERSION && !read_next(&at, &skipped))
    return false;
  for(i = 0; i < 4; i++) /* serialNumber, signature, issuer, validity */
    if(!read_next(&at, &skipped))
      return false;
  return read_next(&at, subject);
}

/* --- the hash of a name --- */

/* A hash of the ASCII characters of a string, without spaces and in lower
   case. Names that OpenSSL takes for equal (RFC 5280, 7.1) have the same. */
static uint32_t hash_string(const struct element *string)
{
  size_t width = string->tag == V_ASN1_BMPSTRING         ? 2
                 : string->tag == V_ASN1_UNIVERSALSTRING ? 4
                                                         : 1;
  const unsigned char *at = string->content;
  uint32_t hash = 5381;
  for(; (size_t)(string->end - at) >= width; at += width) {
    uint32_t c = at[width - 1];
    size_t i;
    for(i = 0; i + 1 < width; i++)
      c |= (uint32_t)at[i] << 8;
    if(c <= ' ' || c > '~')
      continue;
    if(c >= 'A' && c <= 'Z')
      c += 'a' - 'A';
    hash = hash * 33 + c;
  }
  return hash;
}

/* The sum over all strings, because the order within a set does not count. */
static uint32_t hash_name(const unsigned char *at, const unsigned char *end)
{
  uint32_t hash = 0;
  struct element e;
  while(at < end && (at = read_element(at, end, &e)) != NULL) {
    if(e.tag & CONSTRUCTED)
      continue; /* goes on inside it */
    if(e.tag != V_ASN1_OBJECT)
      hash += hash_string(&e);
    at = e.end;
  }
  return hash;
}

/* --- PEM: RFC 7468 --- */

#define NO_DIGIT 0x80
static unsigned char digits[256]; /* of each character */

static void set_digits(void)
{
  static const unsigned char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned char i;
  memset(digits, NO_DIGIT, sizeof(digits));
  for(i = 0; alphabet[i]; i++)
    digits[alphabet[i]] = i;
}

/* Decodes base64 up to the first '-' or '=', to which it moves 'text', and
   returns where it has written to. Other characters are white space. Reads up
   to 3 characters after the end of the text. */
static unsigned char *decode(const char **text, unsigned char *out)
{
  const unsigned char *at = (const unsigned char *)*text;
  uint32_t bits = 0;
  int have = 0;
  for(;;) {
    /* this is code that no engine has optimised yet: four digits at once */
    while(!have && !((digits[at[0]] | digits[at[1]] | digits[at[2]] |
                      digits[at[3]]) & NO_DIGIT)) {
      bits = (uint32_t)digits[at[0]] << 18 | (uint32_t)digits[at[1]] << 12 |
             (uint32_t)digits[at[2]] << 6 | digits[at[3]];
      *out++ = (unsigned char)(bits >> 16);
      *out++ = (unsigned char)(bits >> 8);
      *out++ = (unsigned char)bits;
      at += 4;
    }
    if(!*at || *at == '-' || *at == '=')
      break;
    if(digits[*at] != NO_DIGIT) {
      bits = bits << 6 | digits[*at];
      have += 6;
    }
    if(have >= 8) {
      have -= 8;
      *out++ = (unsigned char)(bits >> have);
    }
    at++;
  }
  *text = (const char *)at;
  return out;
}

#define BEGIN "-----BEGIN "
#define CERTIFICATE "CERTIFICATE-----"

/* Finds the base64 of the next certificate, also of a TRUSTED CERTIFICATE and
   of an X509 CERTIFICATE: the certificate comes first in it. */
static const char *next_certificate(const char *text)
{
  while((text = strstr(text, BEGIN)) != NULL) {
    const char *label = text + sizeof(BEGIN) - 1;
    const char *end = strstr(label, CERTIFICATE);
    const char *line = strchr(label, '\n');
    if(end && line && end < line)
      return line;
    text = label;
  }
  return NULL;
}

/* Reads a file as a string, with 3 bytes after it. */
static char *read_file(const char *path)
{
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  long size;
  if(!file)
    return NULL;
  if(!fseek(file, 0, SEEK_END) && (size = ftell(file)) >= 0 &&
     !fseek(file, 0, SEEK_SET) && (text = malloc((size_t)size + 4)) != NULL)
    text[fread(text, 1, (size_t)size, file)] = 0;
  fclose(file);
  return text;
}

static bool add(const unsigned char *der, const unsigned char *end)
{
  struct element subject;
  struct authority *more;
  if(!find_subject(der, end - der, &subject))
    return true; /* without it, as Node ignores what it cannot read */
  more = realloc(authorities, (count + 1) * sizeof(*authorities));
  if(!more)
    return false;
  authorities = more;
  authorities[count++] = (struct authority){
    der, end - der, hash_name(subject.content, subject.end), NULL
  };
  return true;
}

/* Returns whether there are any. */
static bool load(void)
{
  char *text;
  const char *at;
  unsigned char *to;
  if(decoded)
    return count > 0;
  text = read_file(HOSTS);
  if(!text)
    return false;
  decoded = to = malloc(strlen(text) + 1);
  set_digits();
  for(at = text; decoded && (at = next_certificate(at)) != NULL;) {
    unsigned char *end = decode(&at, to);
    if(!add(to, end)) {
      count = 0; /* out of memory: some would be missing */
      break;
    }
    to = end;
  }
  free(text);
  return count > 0;
}

/* --- the lookup --- */

static X509 *parsed(struct authority *authority)
{
  const unsigned char *der = authority->der;
  if(!authority->parsed)
    authority->parsed = d2i_X509(NULL, &der, authority->size);
  return authority->parsed;
}

/* Adds all certificates with this subject to the store, and returns one, with
   as many references as X509_LOOKUP_meth_set_get_by_subject(3) asks for. */
static int by_subject(X509_LOOKUP *lookup, X509_LOOKUP_TYPE type,
                      const X509_NAME *name, X509_OBJECT *out)
{
  X509_STORE *store = X509_LOOKUP_get_store(lookup);
  const unsigned char *der;
  size_t size, i;
  uint32_t hash;
  X509 *found = NULL;
  if(type != X509_LU_X509 || !X509_NAME_get0_der(name, &der, &size))
    return 0;
  hash = hash_name(der, der + size);
  for(i = 0; i < count; i++) {
    X509 *one;
    if(authorities[i].hash != hash)
      continue;
    one = parsed(&authorities[i]);
    if(!one || X509_NAME_cmp(X509_get_subject_name(one), name))
      continue;
    if(!X509_STORE_add_cert(store, one))
      return 0;
    found = one;
  }
  if(!found || !X509_OBJECT_set1_X509(out, found))
    return 0;
  X509_free(found);
  return 1;
}

static X509_LOOKUP_METHOD *method(void)
{
  static X509_LOOKUP_METHOD *made;
  if(!made) {
    made = X509_LOOKUP_meth_new("the host's certificates");
    if(made && !X509_LOOKUP_meth_set_get_by_subject(made, by_subject)) {
      X509_LOOKUP_meth_free(made);
      made = NULL;
    }
  }
  return made;
}

int __real_X509_STORE_load_file(X509_STORE *store, const char *path);
int __wrap_X509_STORE_load_file(X509_STORE *store, const char *path);
int __wrap_X509_STORE_load_file(X509_STORE *store, const char *path)
{
  if(strcmp(path, HOSTS) || !load() || !method())
    return __real_X509_STORE_load_file(store, path);
  return X509_STORE_add_lookup(store, method()) != NULL;
}
