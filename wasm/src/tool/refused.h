/*
 * Connections that a relay has refused: see refused.c.
 */
#ifndef REFUSED_H
#define REFUSED_H

#include "../glue.h"

/* Returns CURLE_COULDNT_CONNECT if the connection was never made, otherwise
   'result'. */
CURLcode result_if_refused(CURL *easy, CURLcode result);

#endif
