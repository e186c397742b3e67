/*
 * How a multi handle is driven: see drive.c.
 */
#ifndef DRIVE_H
#define DRIVE_H

#include "../glue.h"

/* Reports the handle's sockets and its timer to ts/ from now on. */
void drive(CURLM *multi);

/* The count of running transfers, or -(CURLMcode) - 1 on failure:
   CURLM_CALL_MULTI_PERFORM, the one negative code, is no longer returned. */
int counted(CURLMcode result, int running);

#endif
