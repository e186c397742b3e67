/*
 * The replacements of curl_multi_poll() and curl_multi_perform() in a program
 * that runs on events: see driven.c.
 */
#ifndef DRIVEN_H
#define DRIVEN_H

#include "blocking.h"
#include "../libcurl/drive.h"

/* Waits for the next event of the handle, but no longer than 'timeout_ms'.
   libcurl has handled the event when this returns. Suspends. */
CURLMcode driven_poll(CURLM *multi, int timeout_ms, int *ret);

/* Does the remaining work after driven_poll(). */
CURLMcode driven_perform(CURLM *multi, int *running);

#endif
