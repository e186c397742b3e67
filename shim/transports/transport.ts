// What a transport is: the one interface between sockets and the network. A transport knows no wasm, no descriptors and
// no libcurl. It moves bytes, and reports changes. Codes of errors are errno's names ('ECONNREFUSED').

/** An end of a connection. `scope` is the IPv6 scope id, 0 for none. */
export type Address =
  { family: 'IPv4' | 'IPv6'; address: string; port: number; scope?: number } | { family: 'unix'; path: string }

export type InternetAddress = Exclude<Address, { family: 'unix' }>

/** What a stream reports to its socket. Never called from inside a call that the socket makes, except look(). */
export interface StreamEvents {
  /** The connection is established. The addresses are null where the transport does not know them. */
  opened(local: Address | null, remote: Address | null): void
  /** Bytes have arrived. The socket owns them until it gives them back with release(). */
  data(chunk: Uint8Array): void
  /** There is room to write again. */
  drained(): void
  /** The peer has finished sending. It may still read. */
  ended(): void
  /** The connection has ended in order, in both directions. No event follows. */
  closed(): void
  /**
   * The connection could not be made, or broke. No event follows. `reason` says why in words, with the host's name,
   * where the transport knows more than the code says. A relay may open a stream before it has connected, and find out
   * later that it cannot: then `neverMade` is true, although opened() was called.
   */
  failed(code: string, reason?: string, neverMade?: boolean): void
}

/** A connection, or an attempt at one. */
export interface Stream {
  /**
   * Whether write() may be called: false before the connection is established, and while the transport holds too much.
   */
  readonly writable: boolean
  /** Takes all of `bytes`. The caller may reuse them afterwards, so the stream copies what it keeps. */
  write(bytes: Uint8Array): void
  /** Sends the end after what has been written. */
  end(): void
  /** Gives up the connection. What has been written is still sent. No event follows. */
  close(): void
  /** Stops data(), and resume() starts it again. Meanwhile the sender is held back, where the protocol can. */
  pause(): void
  resume(): void
  /** Gives back a chunk that has been read to its end. */
  release(chunk: Uint8Array): void
  /** Sets whether the stream keeps the event loop, and so the process, alive. */
  attend(waited: boolean): void
  /**
   * Looks for what has arrived without the event loop, and reports the events before it returns. Not every transport
   * can. It is for the few places of old protocols in which libcurl blocks, such as the end of an FTP transfer.
   */
  look?(): void
  setNoDelay(on: boolean): void
  setKeepAlive(on: boolean, idleMs: number): void
}

export interface ListenerEvents {
  /** A connection has come in. accept() takes it over, and its stream reports to `events`. */
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
  /** From now on only `remote` is sent to, and what others send is dropped, as connect(2) does. */
  connect?(remote: Address): void
  /** The caller may overwrite `bytes` afterwards. As UDP may, it drops what there is no room for. */
  send(bytes: Uint8Array, to: Address): void
  /**
   * Reads the next datagram that received() has not got, once connected, into the `size` bytes at `at`. Returns its
   * length, or -1 if there is none.
   */
  read?(into: Uint8Array, at: number, size: number): number
  attend(waited: boolean): void
  close(): void
}

/** An answer of the resolver. */
export interface ResolvedAddress {
  address: string
  scope?: number
}

/** An HTTPS record. @see RFC 9460 */
export interface HttpsRecord {
  /** SvcPriority. */
  priority: number
  /** TargetName, '' or '.' for the name itself. */
  target: string
  /** SvcParams, as they are in the message: for each its key, the length of its value (16 bits each), and its value. */
  params: Uint8Array
}

/** An address of a network interface, such as 'eth0'. */
export interface InterfaceAddress {
  name: string
  family: 'IPv4' | 'IPv6'
  address: string
  scope?: number
}

/** What a Worker needs to make the same transport. */
export interface TransportRecipe {
  kind: 'node' | 'wisp' | 'wsproxy'
  /** What can be posted of its options. */
  options?: unknown
  /** The WebSocket is that of the package `ws`, and not the platform's. */
  ws?: boolean
}

export interface Transport {
  /**
   * Whether its connections begin on another machine. Then libcurl does not take proxies from the environment, because
   * those of this machine are not on their way.
   */
  remote?: boolean
  /**
   * How the Worker of blocking calls makes this transport. Without it, blocking calls are refused.
   * @throws TypeError that says which option cannot be posted to a Worker
   * @internal
   */
  recipe?(): TransportRecipe
  /**
   * Called when an instance starts to load. The transport can already make what all connections need, such as the one
   * to a relay. Must not throw: connect() reports what went wrong.
   */
  prepare?(): void
  /**
   * Called before each connection that may use TLS. The transport can already load what TLS needs. Must not throw.
   * @internal
   */
  secure?(): void
  /** Starts to connect. Errors are reported by failed(). */
  connect(remote: Address, local: Address | null, events: StreamEvents): Stream
  /** Throws a TransportError if the local end of a connection cannot be `local`. */
  checkBind?(local: Address): void
  /** Listens at once. Port 0 is any free port, and `local` of the result says which. Throws a TransportError. */
  listen?(local: Address, events: ListenerEvents): Listening
  /** Throws a TransportError. */
  datagrams?(family: 'IPv4' | 'IPv6', local: Address | null, events: DatagramEvents): Datagrams
  /** The addresses of the host's own interfaces. */
  interfaces?(): InterfaceAddress[]
  /**
   * The addresses of a name, an empty list if it has none of that family. Rejects with a TransportError. `signal`
   * aborts when the answer is no longer needed.
   */
  resolve(
    name: string,
    family: 'IPv4' | 'IPv6',
    servers: string[] | null,
    signal: AbortSignal,
  ): Promise<ResolvedAddress[]>
  /**
   * The HTTPS records of a name, where the host can ask for them; the same arguments, errors and `signal`. Without this
   * method libcurl learns them by DoH only.
   */
  resolveHttps?(name: string, servers: string[] | null, signal: AbortSignal): Promise<HttpsRecord[]>
}

const WORDS: Readonly<Record<string, string>> = {
  EMFILE: 'too many open files in this process (EMFILE)',
  ENFILE: 'too many open files on this system (ENFILE)',
}

/**
 * The arguments of failed() for an error of the host: a name of errno, and words where the name alone says too little.
 */
export function failureOf(error: unknown): [code: string, reason?: string] {
  const { code, name, message } = error as { code?: string; name?: string; message?: string }
  if (code !== undefined) return Object.hasOwn(WORDS, code) ? [code, WORDS[code]!] : [code]
  return [name === 'NotCapable' ? 'EACCES' : 'EIO', message]
}

/** An error of a transport. `code` is one of errno's names. The message says more where more is known. */
export class TransportError extends Error {
  constructor(
    readonly code: string,
    readonly reason?: string,
  ) {
    super(reason ?? code)
    this.name = 'TransportError'
  }
}
