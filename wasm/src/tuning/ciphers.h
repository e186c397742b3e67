#ifndef CIPHERS_H
#define CIPHERS_H

/* Not 0 while the TLS context of a connection of QUIC is made. */
extern int ciphers_for_quic;

#endif
