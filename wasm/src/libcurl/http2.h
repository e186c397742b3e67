/*
 * What libcurl does not know about HTTP/2 (see http2.c).
 */
#ifndef HTTP2_H
#define HTTP2_H

#include <curl/curl.h>

/* Whether the server has refused the stream of a handle, and so has not acted
   on the request. True only once for each refusal. */
int http2_was_refused(const CURL *easy);

#endif
