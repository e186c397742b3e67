/*
 * Mbed TLS's part of tls.h: reports what was negotiated (TypeScript side:
 * ts/libcurl/tls.ts), offers protocols, and sends close_notify.
 * ../openssl/openssl.c does the same for OpenSSL.
 */
#include <stdlib.h>
#include <string.h>
#include <mbedtls/sha1.h>
#include <mbedtls/ssl.h>

#include "../../glue.h"
#include "../tls.h"

/* The names that OpenSSL gives to cipher suites. */
int Curl_cipher_suite_get_str(uint16_t id, char *buf, size_t buf_size,
                              bool prefer_rfc);

const char *EXPORT(tls_version)(CURL *easy)
{
  mbedtls_ssl_context *ssl = tls_of(easy);
  return ssl ? mbedtls_ssl_get_version(ssl) : NULL;
}

/* The name is valid until the next call. */
const char *EXPORT(tls_cipher)(CURL *easy)
{
  static char name[64];
  mbedtls_ssl_context *ssl = tls_of(easy);
  if(!ssl)
    return NULL;
  Curl_cipher_suite_get_str(
    (uint16_t)mbedtls_ssl_get_ciphersuite_id_from_ssl(ssl), name,
    sizeof(name), false);
  return name;
}

/* Returns the length of the negotiated protocol's name, 0 for none. */
unsigned int EXPORT(tls_alpn)(CURL *easy, const char **name)
{
  mbedtls_ssl_context *ssl = tls_of(easy);
  *name = ssl ? mbedtls_ssl_get_alpn_protocol(ssl) : NULL;
  return *name ? (unsigned int)strlen(*name) : 0;
}

bool tls_has_pending(CURL *easy)
{
  mbedtls_ssl_context *ssl = tls_of(easy);
  return ssl && mbedtls_ssl_check_pending(ssl);
}

/* --- protocols to offer --- */

/* Mbed TLS takes an array of strings, and refers to it as long as the
   connection exists. It is the user data of the configuration, which is freed
   with the connection. */
CURLcode tls_offer_alpn(CURL *easy, void *config, void *userp)
{
  const struct alpn *list = userp;
  const char **names;
  char *text;
  size_t count = 0, i;
  (void)easy;
  for(i = 0; i < list->length; i += 1 + list->names[i])
    count++;
  /* each string has a NUL where the list has a length */
  names = calloc(1, (count + 1) * sizeof(*names) + list->length);
  if(!names)
    return CURLE_OUT_OF_MEMORY;
  mbedtls_ssl_conf_set_user_data_p(config, names);
  text = (char *)(names + count + 1);
  for(count = 0, i = 0; i < list->length; i += 1 + list->names[i]) {
    names[count++] = memcpy(text, list->names + i + 1, list->names[i]);
    text += list->names[i] + 1;
  }
  return mbedtls_ssl_conf_alpn_protocols(config, names) ?
    CURLE_OUT_OF_MEMORY : CURLE_OK;
}

void __real_mbedtls_ssl_config_free(mbedtls_ssl_config *config);
void __wrap_mbedtls_ssl_config_free(mbedtls_ssl_config *config);
void __wrap_mbedtls_ssl_config_free(mbedtls_ssl_config *config)
{
  free(mbedtls_ssl_conf_get_user_data_p(config));
  __real_mbedtls_ssl_config_free(config);
}

/* --- writing, tickets and the end --- */

int mbedtls_ssl_flush_output(mbedtls_ssl_context *ssl);

/* The user data of a connection: the bytes of a record that the socket did not
   take completely, and whether there is a ticket that libcurl has not got. */
#define HELD 0xffff
#define TICKET 0x10000

static void set_state(mbedtls_ssl_context *ssl, uintptr_t mask,
                      uintptr_t value)
{
  mbedtls_ssl_set_user_data_n(ssl,
                              (mbedtls_ssl_get_user_data_n(ssl) & ~mask) |
                              value);
}

/*
 * With TLS 1.3, any call may find a ticket of the server's.
 *
 * A call that writes then ends, and libcurl would drop the ticket, and wait
 * for more from the server before it goes on to send. So this goes on, and
 * the next call that reads reports the ticket.
 *
 * A call that reads sends what is left of a record that the socket did not
 * take completely. When libcurl writes the same bytes again, as it must, Mbed
 * TLS would send them twice. So this knows how many there are.
 */
int __real_mbedtls_ssl_write(mbedtls_ssl_context *ssl,
                             const unsigned char *data, size_t length);
int __wrap_mbedtls_ssl_write(mbedtls_ssl_context *ssl,
                             const unsigned char *data, size_t length);
int __wrap_mbedtls_ssl_write(mbedtls_ssl_context *ssl,
                             const unsigned char *data, size_t length)
{
  int result = mbedtls_ssl_flush_output(ssl);
  int held = (int)(mbedtls_ssl_get_user_data_n(ssl) & HELD);
  if(result)
    return result;
  if(ssl == tls_ending) {
    result = mbedtls_ssl_close_notify(ssl);
    return result ? result : (int)length;
  }
  if(held) {
    set_state(ssl, HELD, 0);
    return held;
  }
  if(!length)
    return 0; /* otherwise it would send an empty record */
  do {
    result = __real_mbedtls_ssl_write(ssl, data, length);
    if(result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET)
      set_state(ssl, TICKET, TICKET);
  } while(result == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET);
  if(result == MBEDTLS_ERR_SSL_WANT_WRITE) {
    size_t most = (size_t)mbedtls_ssl_get_max_out_record_payload(ssl);
    set_state(ssl, HELD, length < most ? length : most);
  }
  return result;
}

int __real_mbedtls_ssl_read(mbedtls_ssl_context *ssl, unsigned char *data,
                            size_t size);
int __wrap_mbedtls_ssl_read(mbedtls_ssl_context *ssl, unsigned char *data,
                            size_t size);
int __wrap_mbedtls_ssl_read(mbedtls_ssl_context *ssl, unsigned char *data,
                            size_t size)
{
  uintptr_t ticket = mbedtls_ssl_get_user_data_n(ssl) & TICKET;
  set_state(ssl, TICKET, 0);
  if(ticket && !mbedtls_ssl_get_bytes_avail(ssl))
    return MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET;
  return __real_mbedtls_ssl_read(ssl, data, size);
}

/* --- for the handshake of WebSockets --- */

/* libcurl does not check what the server sends. 'digest' has room for 20
   bytes. Returns 0 on failure. */
int EXPORT(sha1)(const void *data, size_t length, unsigned char *digest)
{
  return !mbedtls_sha1(data, length, digest);
}
