#ifndef CALLBACKS_H
#define CALLBACKS_H

#include "../glue.h"

/* Calls a WRITEFUNCTION, HEADERFUNCTION or INTERLEAVEFUNCTION of TypeScript. */
LIBCURL(on_write) size_t ts_on_write(CURL *easy, int option, char *data,
                                     size_t length);

#endif
