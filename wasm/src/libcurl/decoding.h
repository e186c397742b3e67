/*
 * libcurl's own decoders of compressed bodies (see decoding.c).
 */
#ifndef DECODING_H
#define DECODING_H

/* Whether a decoder writes to the client right now, so that
   CURL_WRITEFUNC_PAUSE stops it. */
int decoding_now(void);

#endif
