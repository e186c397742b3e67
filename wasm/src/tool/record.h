/*
 * Recording what a program would do instead of doing it: see record.c.
 */
#ifndef RECORD_H
#define RECORD_H

#include "blocking.h"

/* Whether this run is one that records. */
TOOL(recording) int ts_recording(void);

/* A handle is there, would do its transfer, and goes away. */
TOOL(created) void ts_created(CURL *easy);
TOOL(perform) void ts_perform(CURL *easy);
TOOL(closed) void ts_closed(CURL *easy);

/* An option was set, to a number or a pointer, with this result. */
void record_option(CURL *easy, CURLoption option, double number, void *pointer,
                   CURLcode result);

/* Whether an option must not reach libcurl then, for it makes libcurl write
   files. */
int record_withholds(CURLoption option);

#endif
