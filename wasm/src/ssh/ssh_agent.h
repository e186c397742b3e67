#ifndef SSH_AGENT_H
#define SSH_AGENT_H

/* What a connection waits for on the socket of its agent, which is stored in
   's': CURL_POLL_IN, CURL_POLL_OUT or 0. */
int ssh_agent_waits(LIBSSH2_AGENT *agent, curl_socket_t *s);

/* Makes libcurl stop watching the socket of an agent, before it is closed. */
void ssh_agent_unwatch(struct Curl_easy *data, LIBSSH2_AGENT *agent);

#endif
