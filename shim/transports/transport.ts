// What a transport is: the one interface between sockets and the world. A transport knows no wasm, no descriptors and no
// libcurl; it moves bytes, and says when something has changed. Errors are named by errno's names ('ECONNREFUSED').

/** An end of a connection. `scope` is the IPv6 scope id, 0 for none. */
export type Address =
  { family: 'IPv4' | 'IPv6'; address: string; port: number; scope?: number } | { family: 'unix'; path: string }

export type InternetAddress = Exclude<Address, { family: 'unix' }>

/** What a stream tells its socket: never from inside a call that the socket makes, but for look(). */
export interface StreamEvents {
  /** The connection stands. Addresses where the transport knows them. */
  opened(local: Address | null, remote: Address | null): void
  /** Bytes have come. They are the socket's until it gives them back with `release`. */
  data(chunk: Uint8Array): void
  /** There is room to write again. */
  drained(): void
  /** The peer has finished sending. It may still read. */
  ended(): void
  /** The connection has ended in order, in both directions. Nothing follows. */
  closed(): void
  /**
   * The connection could not be made, or broke. Nothing follows. `reason` says why in words, with the host's name, where
   * the transport knows more than the code does. A relay that opens a stream before it has connected may only find out
   * later that it cannot: then the connection was `neverMade`, although opened() came.
   */
  failed(code: string, reason?: string, neverMade?: boolean): void
}

/** A connection, or an attempt at one. */
export interface Stream {
  /** Whether write() may be called: false before it stands, and while the transport holds too much. */
  readonly writable: boolean
  /** Takes all of `bytes`, which are only lent: what is kept for later is a copy. */
  write(bytes: Uint8Array): void
  /** Sends the end after what has been written. */
  end(): void
  /** Gives up the connection; what has been written is still sent. No event comes afterwards. */
  close(): void
  /** Stops and restarts data(). While stopped, the sender is held back. */
  pause(): void
  resume(): void
  /** Gives back a chunk that has been read to its end. */
  release(chunk: Uint8Array): void
  /** Whether somebody waits for this stream: an event loop may end when nobody does. */
  attend(waited: boolean): void
  /**
   * Looks for what has come without waiting for the event loop, and tells the events before it returns. Not every
   * transport can; libcurl blocks in a few places of old protocols (the end of an FTP transfer is one).
   */
  look?(): void
  setNoDelay(on: boolean): void
  setKeepAlive(on: boolean, idleMs: number): void
}

export interface ListenerEvents {
  /** A connection has come in. The events are taken by what `accept` returns. */
  accepted(remote: Address | null, local: Address | null, accept: (events: StreamEvents) => Stream): void
  failed(code: string, reason?: string): void
}

export interface Listening {
  readonly local: Address
  attend(waited: boolean): void
  close(): void
}

export interface DatagramEvents {
  received(bytes: Uint8Array, from: Address): void
  failed(code: string, reason?: string): void
}

export interface Datagrams {
  readonly local: Address | null
  send(bytes: Uint8Array, to: Address): void
  attend(waited: boolean): void
  close(): void
}

/** An answer of the resolver. */
export interface ResolvedAddress {
  address: string
  scope?: number
}

/** An address of a network interface, such as 'eth0'. */
export interface InterfaceAddress {
  name: string
  family: 'IPv4' | 'IPv6'
  address: string
  scope?: number
}

export interface Transport {
  /**
   * Called when an instance starts to load: what a transport needs for all connections, such as one to a relay, it can
   * make meanwhile. Must not throw; what goes wrong is for connect() to tell.
   */
  prepare?(): void
  /** Starts to connect. What goes wrong is told by failed(). */
  connect(remote: Address, local: Address | null, events: StreamEvents): Stream
  /** Throws a TransportError if the local end of a connection cannot be `local`. */
  checkBind?(local: Address): void
  /** Listens at once: port 0 is any free one, and `local` of the result says which. Throws a TransportError. */
  listen?(local: Address, events: ListenerEvents): Listening
  /** Throws a TransportError. */
  datagrams?(family: 'IPv4' | 'IPv6', local: Address | null, events: DatagramEvents): Datagrams
  /** The addresses of the host's own interfaces. */
  interfaces?(): InterfaceAddress[]
  /**
   * The addresses of a name; an empty list where it has none of that family. Rejects with a TransportError. Aborted when
   * nobody waits for the answer any more.
   */
  resolve(
    name: string,
    family: 'IPv4' | 'IPv6',
    servers: string[] | null,
    signal: AbortSignal,
  ): Promise<ResolvedAddress[]>
}

const WORDS: Readonly<Record<string, string>> = {
  EMFILE: 'too many open files in this process (EMFILE)',
  ENFILE: 'too many open files on this system (ENFILE)',
}

/** For failed(): an error of the host by a name of errno, and in words where the name alone would not reach the caller. */
export function told(error: { code?: string; name?: string; message?: string }): [code: string, reason?: string] {
  const { code, name, message } = error
  if (code !== undefined) return Object.hasOwn(WORDS, code) ? [code, WORDS[code]!] : [code]
  return [name === 'NotCapable' ? 'EACCES' : 'EIO', message]
}

/** `code` is one of errno's names; the message says more where more is known. */
export class TransportError extends Error {
  constructor(
    readonly code: string,
    reason: string = code,
  ) {
    super(reason)
    this.name = 'TransportError'
  }
}
