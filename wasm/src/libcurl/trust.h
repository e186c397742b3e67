#ifndef TRUST_H
#define TRUST_H

/* The trusted certificates of the host, as PEM. Their content never changes:
   shim/host.ts. */
#define HOSTS "/libcurl-wasm/cacert.pem"

#endif
