/*
 * Decodes the key of a certificate when it is used, and not when the
 * certificate is read: see client-only. OpenSSL's code decodes it: it is
 * called once more, with decode_now.
 */

static int decode_now; /* the module has only one thread */

static void decode(X509_PUBKEY *key)
{
  unsigned char *der = NULL;
  const unsigned char *at;
  X509_PUBKEY *whole = NULL;
  int length;

  if(key->pkey != NULL)
    return;
  length = i2d_X509_PUBKEY(key, &der);
  if(length <= 0)
    return;
  whole = X509_PUBKEY_new_ex(key->libctx, key->propq);
  at = der;
  decode_now = 1;
  if(whole != NULL && d2i_X509_PUBKEY(&whole, &at, length) != NULL) {
    key->pkey = whole->pkey;
    whole->pkey = NULL;
  }
  decode_now = 0;
  X509_PUBKEY_free(whole);
  OPENSSL_free(der);
}
