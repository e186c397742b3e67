// Connects to relays: keeps one transport to the relay in use, and probes any relay.
import { wispTransport, type WispTransport } from '../../../dist/shim/transports/wisp/transport.js'
import { SUBPROTOCOL } from '../../../dist/shim/transports/wisp/protocol.js'

/** How long a relay may take to answer, in milliseconds. */
const PATIENCE_MS = 8000

let current: { url: string; transport: WispTransport } | null = null

/** The transport to a relay. Closes the one to another relay, if there was one. @throws For an invalid URL. */
export function transportOf(url: string, closed: (reason: string) => void): WispTransport {
  if (current?.url !== url) {
    current?.transport.close()
    current = null
    current = { url, transport: wispTransport({ url, onclose: closed }) }
  }
  return current.transport
}

/** How long a relay takes to open a connection, in milliseconds. Rejects with a reason if it does not. */
export function probe(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now()
    const socket = new WebSocket(url, SUBPROTOCOL)
    const fail = (reason: string): void => {
      clearTimeout(timer)
      socket.close()
      reject(new Error(reason))
    }
    const timer = setTimeout(() => fail('does not answer'), PATIENCE_MS)
    socket.onopen = () => {
      clearTimeout(timer)
      resolve(performance.now() - begun)
      socket.close()
    }
    socket.onerror = () => fail('cannot be reached, or is not a relay')
  })
}
