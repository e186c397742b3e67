// Connections that wait in libcurl's pool for the next transfer (C side: wasm/src/libcurl/idle.c).
//
// By itself libcurl looks at one only when it needs one. Here it also looks when something comes on it. So a connection
// that its server ends does not stay half open, and HTTP/2 can answer its server.
import { StreamSocket } from '../../shim/sockets/stream.js'
import type { Libcurl } from './libcurl.js'
import type { Ptr } from './wasm-exports.js'

/** The import that gets each such connection. `instance` is called when it is, which is after the instance exists. */
export function idleImports(instance: () => Libcurl): Record<string, (...args: number[]) => void> {
  return {
    on_idle: (admin, share, s, id) => watchIdle(instance(), admin!, share!, s!, id!),
  }
}

function watchIdle(libcurl: Libcurl, admin: Ptr, share: Ptr, s: number, id: number): void {
  const socket = libcurl.host.descriptors.get(s)
  if (!(socket instanceof StreamSocket)) return
  socket.whileIdle((over) => {
    try {
      libcurl.exports.idle_look(admin, share, s, id, over ? 1 : 0)
    } catch {
      // the module has trapped, which Libcurl.trap() reports
    }
  })
}
