// What a thread that blocks has of the sockets in the Worker: they post requests, and get records of their number.
import type {
  Address,
  DatagramEvents,
  Datagrams,
  Listening,
  ListenerEvents,
  Stream,
  StreamEvents,
} from '../transport.js'
import { Kind, WINDOW, decode, type Request } from './protocol.js'

/** Gets the records of one number. */
export type Records = (kind: number, number: number, bytes: Uint8Array<ArrayBuffer>) => void

/** The way to the Worker. */
export interface Channel {
  /** A number that is not used yet. */
  number(): number
  post(request: Request, transfer?: ArrayBuffer[]): void
  /** Posts a request and blocks until it is answered. Throws a TransportError for a refusal. */
  askNow<T>(request: Request & { id: number }): T
  listenTo(id: number, listener: Records): void
  /** Drops the records of a number from now on. */
  forget(id: number): boolean
  /** Gives a chunk back. */
  release(chunk: Uint8Array): void
  /** Hands out what has arrived. Returns whether anything had. */
  look(): boolean
  /** Sets whether something here keeps the process alive. */
  attend(what: object, waited: boolean): void
}

/** Something that the Worker has under a number. */
abstract class Remote {
  constructor(
    protected readonly channel: Channel,
    protected readonly id: number,
  ) {}

  attend(waited: boolean): void {
    this.channel.attend(this, waited)
  }

  close(): void {
    this.over()
    this.channel.post({ op: 'close', id: this.id })
  }

  /** No record of it is wanted any more. */
  protected over(): void {
    this.channel.forget(this.id)
    this.attend(false)
  }
}

export class BlockingStream extends Remote implements Stream {
  #open: boolean
  /** Bytes that were written, and that the Worker may still hold. */
  #ahead = 0

  constructor(channel: Channel, id: number, open: boolean, events: StreamEvents) {
    super(channel, id)
    this.#open = open
    channel.listenTo(id, (kind, number, bytes) => {
      switch (kind) {
        case Kind.DATA:
          return events.data(bytes)
        case Kind.TAKEN:
          return this.#taken(number, events)
        case Kind.OPENED:
          this.#open = true
          return events.opened(...decode<[Address | null, Address | null]>(bytes))
        case Kind.ENDED:
          return events.ended()
        case Kind.CLOSED:
          this.over()
          return events.closed()
        case Kind.FAILED:
          this.over()
          return events.failed(...decode<[string, string?, boolean?]>(bytes))
      }
    })
  }

  #taken(bytes: number, events: StreamEvents): void {
    const full = !this.writable
    this.#ahead -= bytes
    if (full && this.writable) events.drained()
  }

  get writable(): boolean {
    return this.#open && this.#ahead < WINDOW
  }

  write(bytes: Uint8Array): void {
    const copy = Uint8Array.prototype.slice.call(bytes) as Uint8Array<ArrayBuffer>
    this.#ahead += copy.length
    this.channel.post({ op: 'write', id: this.id, bytes: copy }, [copy.buffer])
  }

  end(): void {
    this.channel.post({ op: 'end', id: this.id })
  }

  pause(): void {
    this.channel.post({ op: 'pause', id: this.id })
  }

  resume(): void {
    this.channel.post({ op: 'resume', id: this.id })
  }

  release(chunk: Uint8Array): void {
    this.channel.release(chunk)
  }

  look(): void {
    this.channel.look()
  }

  setNoDelay(on: boolean): void {
    this.channel.post({ op: 'noDelay', id: this.id, on })
  }

  setKeepAlive(on: boolean, idleMs: number): void {
    this.channel.post({ op: 'keepAlive', id: this.id, on, idleMs })
  }
}

export class BlockingListening extends Remote implements Listening {
  readonly local: Address

  /** @throws TransportError */
  constructor(channel: Channel, local: Address, events: ListenerEvents) {
    const id = channel.number()
    super(channel, id)
    this.local = channel.askNow<Address>({ op: 'listen', id, local })
    channel.listenTo(id, (kind, connection, bytes) => {
      if (kind === Kind.FAILED) return events.failed(...decode<[string, string?]>(bytes))
      const [remote, to] = decode<[Address | null, Address | null]>(bytes)
      events.accepted(remote, to, (taken) => {
        const stream = new BlockingStream(channel, connection, true, taken)
        channel.post({ op: 'accept', id: connection, listener: id })
        return stream
      })
    })
  }
}

export class BlockingDatagrams extends Remote implements Datagrams {
  local: Address | null
  #sender: Address | null = null

  /** @throws TransportError */
  constructor(channel: Channel, family: 'IPv4' | 'IPv6', local: Address | null, events: DatagramEvents) {
    const id = channel.number()
    super(channel, id)
    this.local = channel.askNow<Address | null>({ op: 'datagrams', id, family, local })
    channel.listenTo(id, (kind, _number, bytes) => {
      if (kind === Kind.SENDER) this.#sender = decode(bytes)
      else if (kind === Kind.DATAGRAM) events.received(bytes, this.#sender!)
      else if (kind === Kind.FAILED) events.failed(...decode<[string, string?]>(bytes))
    })
  }

  connect(remote: Address): void {
    this.local = this.channel.askNow<Address | null>({ op: 'peer', id: this.id, remote })
  }

  send(bytes: Uint8Array, to: Address): void {
    const copy = Uint8Array.prototype.slice.call(bytes) as Uint8Array<ArrayBuffer>
    this.channel.post({ op: 'send', id: this.id, bytes: copy, to }, [copy.buffer])
  }
}
