/*
 * Records what a program would do, instead of doing it: see record.c.
 */
#ifndef RECORD_H
#define RECORD_H

#include "blocking.h"

/* Whether this run records. */
TOOL(recording) int ts_recording(void);

/* A handle was made, would do its transfer, or is about to be freed. */
TOOL(created) void ts_created(CURL *easy);
TOOL(perform) void ts_perform(CURL *easy);
TOOL(closed) void ts_closed(CURL *easy);

/* Records an option that was set to a number or a pointer, with the result. */
void record_option(CURL *easy, CURLoption option, double number, void *pointer,
                   CURLcode result);

/* Whether an option must not reach libcurl in a run that records, because it
   makes libcurl write files. */
int record_withholds(CURLoption option);

#endif
