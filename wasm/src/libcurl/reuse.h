#ifndef REUSE_H
#define REUSE_H

#include <stdbool.h>

struct Curl_easy;
struct connectdata;

/* Whether a connection that no transfer uses can be given to one. */
bool is_reusable(struct Curl_easy *admin, struct connectdata *conn);

#endif
