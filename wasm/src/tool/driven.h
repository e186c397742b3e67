/*
 * What takes the place of curl_multi_poll and curl_multi_perform in a program
 * that runs on events: see driven.c.
 */
#ifndef DRIVEN_H
#define DRIVEN_H

#include "blocking.h"
#include "../libcurl/drive.h"

/* Waits for the next event of the handle, which libcurl has been told of when
   this returns, but no longer than 'timeout_ms'. Suspends. */
CURLMcode driven_poll(CURLM *multi, int timeout_ms, int *ret);

/* Does what is left to do after that. */
CURLMcode driven_perform(CURLM *multi, int *running);

#endif
