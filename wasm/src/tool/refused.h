/*
 * Connections that a relay has refused: see refused.c.
 */
#ifndef REFUSED_H
#define REFUSED_H

#include "../glue.h"

/* The result of a transfer, or CURLE_COULDNT_CONNECT where that says more. */
CURLcode result_if_refused(CURL *easy, CURLcode result);

#endif
