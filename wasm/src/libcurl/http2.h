/*
 * What is known of HTTP/2 beside libcurl (see http2.c).
 */
#ifndef HTTP2_H
#define HTTP2_H

#include <curl/curl.h>

/* Whether the server has refused the stream of a handle, so that it has not
   acted on the request. To be asked once. */
int http2_was_refused(const CURL *easy);

#endif
