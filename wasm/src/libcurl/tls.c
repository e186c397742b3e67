/*
 * TLS of connections, whichever library it comes from (TypeScript side:
 * ts/connect/raw-connection.ts): offers protocols by ALPN, and ends sending.
 */
#include "../glue.h"
#include "tls.h"

void *tls_ending;

void *tls_of(CURL *easy)
{
  struct curl_tlssessioninfo *info = NULL;
  if(curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &info) || !info)
    return NULL;
  return info->internals;
}

/* The list must live until the connection is established. */
int EXPORT(easy_offer_alpn)(CURL *easy, struct alpn *list)
{
  CURLcode result = curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, list);
  if(!result)
    result = curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, tls_offer_alpn);
  return result;
}

/* Sends close_notify, after which nothing can be sent any more. On
   CURLE_AGAIN the socket takes nothing at the moment: call it again. */
int EXPORT(tls_end)(CURL *easy)
{
  size_t sent;
  CURLcode result;
  tls_ending = tls_of(easy);
  result = tls_ending ? curl_easy_send(easy, "", 1, &sent) : CURLE_OK;
  tls_ending = NULL;
  return result;
}
