#ifndef SSH_UNSENT_H
#define SSH_UNSENT_H

/* Sends bytes of libssh2, or keeps them if they are few and the socket has no
   room. Returns what libssh2's own function does. */
ssize_t ssh_send(curl_socket_t s, const void *from, size_t length, int flags,
                 void **abstract);

/* Sends what is kept, as far as the socket has room. */
void ssh_flush(curl_socket_t s);

/* Whether something is kept. */
bool ssh_has_unsent(curl_socket_t s);

/* Drops what is kept, because the socket is closed. */
void ssh_drop_unsent(curl_socket_t s);

#endif
