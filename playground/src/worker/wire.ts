// Wraps a transport, and reports its connections and their bytes in both directions, as the relay sees them. It changes
// nothing, and holds nothing back.
import { forwarding } from '../../../shim/transports/forwarding.js'
import type {
  Address,
  DatagramEvents,
  Datagrams,
  Stream,
  StreamEvents,
  Transport,
} from '../../../shim/transports/transport.js'

export interface Tap {
  connected(connection: number, host: string, port: number): void
  /** The transport owns the bytes: copy them to keep them. */
  bytes(connection: number, direction: 'out' | 'in', bytes: Uint8Array): void
  /** With the name of an errno and the transport's text about it, or null after an orderly end. */
  disconnected(connection: number, error: string | null, reason?: string): void
}

/** One connection. Reports its end only once. */
class Line {
  #over = false

  constructor(
    private readonly tap: Tap,
    private readonly id: number,
    host: string,
    port: number,
  ) {
    tap.connected(id, host, port)
  }

  bytes(direction: 'out' | 'in', bytes: Uint8Array): void {
    if (bytes.length > 0 && !this.#over) this.tap.bytes(this.id, direction, bytes)
  }

  end(error: string | null, ...reason: string[]): void {
    if (this.#over) return
    this.#over = true
    this.tap.disconnected(this.id, error, ...reason)
  }
}

function tappedStream(connect: (events: StreamEvents) => Stream, events: StreamEvents, line: Line): Stream {
  const stream = connect({
    opened: (local, remote) => events.opened(local, remote),
    data(chunk) {
      line.bytes('in', chunk)
      events.data(chunk)
    },
    drained: () => events.drained(),
    ended: () => events.ended(),
    closed: () => events.closed(),
    failed(code, reason, neverMade) {
      line.end(code, ...(reason === undefined ? [] : [reason]))
      events.failed(code, reason, neverMade)
    },
  })
  return forwarding(stream, {
    write(bytes) {
      line.bytes('out', bytes)
      stream.write(bytes)
    },
    close() {
      line.end(null)
      stream.close()
    },
  })
}

/** Reports datagrams. Each peer counts as a connection. */
function tappedDatagrams(
  open: (events: DatagramEvents) => Datagrams,
  events: DatagramEvents,
  line: (peer: Address) => Line,
): Datagrams {
  const lines = new Map<string, Line>()
  const lineOf = (peer: Address): Line => {
    const key = JSON.stringify(peer)
    if (!lines.has(key)) lines.set(key, line(peer))
    return lines.get(key)!
  }
  const end = (error: string | null): void => lines.forEach((each) => each.end(error))
  const datagrams = open({
    received(bytes, from) {
      lineOf(from).bytes('in', bytes)
      events.received(bytes, from)
    },
    failed(code) {
      end(code)
      events.failed(code)
    },
  })
  return {
    get local() {
      return datagrams.local
    },
    send(bytes, to) {
      lineOf(to).bytes('out', bytes)
      datagrams.send(bytes, to)
    },
    attend: (waited) => datagrams.attend(waited),
    close() {
      end(null)
      datagrams.close()
    },
  }
}

/** Wraps `transport`, and reports to `tap`. Connections are numbered from 0. */
export function tapped(transport: Transport, tap: Tap): Transport {
  /** The names that the relay resolves itself, by the addresses that stand for them here. */
  const names = new Map<string, string>()
  let next = 0
  const line = (remote: Address): Line => {
    if (remote.family === 'unix') return new Line(tap, next++, remote.path, 0)
    return new Line(tap, next++, names.get(remote.address) ?? remote.address, remote.port)
  }
  const { checkBind, listen, datagrams, interfaces } = transport
  return {
    connect(remote, local, events) {
      const connection = line(remote)
      try {
        return tappedStream((tappedEvents) => transport.connect(remote, local, tappedEvents), events, connection)
      } catch (error) {
        connection.end((error as { code?: string }).code ?? 'EIO')
        throw error
      }
    },
    async resolve(name, family, servers, signal) {
      const addresses = await transport.resolve(name, family, servers, signal)
      for (const { address } of addresses) names.set(address, name)
      return addresses
    },
    ...(checkBind && { checkBind: checkBind.bind(transport) }),
    ...(listen && { listen: listen.bind(transport) }),
    ...(interfaces && { interfaces: interfaces.bind(transport) }),
    ...(datagrams && {
      datagrams: (family, local, events) =>
        tappedDatagrams((tappedEvents) => datagrams.call(transport, family, local, tappedEvents), events, line),
    }),
  }
}
