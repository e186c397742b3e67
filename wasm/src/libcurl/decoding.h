/*
 * libcurl's own decoders of compressed bodies (see decoding.c).
 */
#ifndef DECODING_H
#define DECODING_H

/* Whether what is written to the client right now comes out of a decoder, so
   that CURL_WRITEFUNC_PAUSE stops it. */
int decoding_now(void);

#endif
