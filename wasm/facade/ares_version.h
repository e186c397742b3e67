/* The part of c-ares' version that libcurl asks about. See ares.h. */
#ifndef FACADE_ARES_VERSION_H
#define FACADE_ARES_VERSION_H

/* The API level that this facade speaks: 1.34.0. */
#define ARES_VERSION_MAJOR 1
#define ARES_VERSION_MINOR 34
#define ARES_VERSION_PATCH 0
#define ARES_VERSION ((ARES_VERSION_MAJOR << 16) | \
                      (ARES_VERSION_MINOR << 8) | ARES_VERSION_PATCH)
#define ARES_VERSION_STR "1.34.0"

#endif
