/*
 * The order in which OpenSSL offers its default cipher suites.
 *
 * Without AES instructions, ChaCha20-Poly1305 is about twice as fast as
 * AES-256-GCM (130 against 64 MB/s here). So it is offered first, as TLS
 * libraries do on phones. The set is OpenSSL's own. The options
 * CURLOPT_TLS13_CIPHERS and CURLOPT_SSL_CIPHER_LIST override it. Mbed TLS, in the
 * light module, has such an order by itself.
 */
const char *__wrap_OSSL_default_ciphersuites(void);
const char *__wrap_OSSL_default_ciphersuites(void)
{
  return "TLS_CHACHA20_POLY1305_SHA256:"
         "TLS_AES_256_GCM_SHA384:"
         "TLS_AES_128_GCM_SHA256";
}

/* for TLS 1.2 and older */
const char *__wrap_OSSL_default_cipher_list(void);
const char *__wrap_OSSL_default_cipher_list(void)
{
  return "ECDHE+CHACHA20:ALL:!COMPLEMENTOFDEFAULT:!eNULL";
}
