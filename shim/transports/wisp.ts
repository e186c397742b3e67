// Wisp, versions 1 and 2: all TCP and UDP of an instance through one WebSocket to a relay, which resolves the names.
//
// Towards the relay Wisp has credit: a stream sends as many DATA packets as it has been granted, and waits. Towards the
// client it has none, so a reader that stops needs something else. With a relay that offers our extension for it (see
// FLOW_CONTROL in wisp-protocol.ts) the client grants credit too, each stream stops by itself, and nothing else happens.
// Without it, where the platform can stop reading (Node's `ws`), the WebSocket stops as a whole: the other streams wait,
// but nothing is lost. Where it cannot (a page), a stream whose reader leaves more than UNREAD_LIMIT lying ends with
// ENOBUFS: an error that says so is better than a page that dies, and better than bytes that are missing.
import { SyntheticNames } from './names.js'
import {
  TransportError,
  type Address,
  type DatagramEvents,
  type Datagrams,
  type Stream,
  type StreamEvents,
  type Transport,
} from './transport.js'
import { Channel, UNREAD_LIMIT, type WebSocketClass } from './websocket.js'
import * as wisp from './wisp-protocol.js'

export interface WispOptions {
  /** The relay: 'wss://relay.example/wisp/'. */
  url: string | URL
  /** The newest version to offer: 2 by default, which falls back to 1 where the relay does not know it. */
  version?: 1 | 2
  /** Credentials, as the relay asks for them. */
  password?: wisp.PasswordCredentials
  /** An Ed25519 key pair; `publicKey` is raw, 32 bytes. */
  key?: { publicKey: Uint8Array; sign: (challenge: Uint8Array) => Promise<Uint8Array> | Uint8Array }
  /** Hears the relay's message of the day, once for each connection. */
  onmotd?: (message: string) => void
  /** Hears why the connection to the relay could not be made or has ended, in words. */
  onclose?: (reason: string) => void
  /** By default the platform's. */
  WebSocket?: WebSocketClass
}

const ERRORS: Readonly<Record<number, string>> = {
  [wisp.CloseReason.INVALID]: 'EINVAL',
  [wisp.CloseReason.UNREACHABLE]: 'EHOSTUNREACH',
  [wisp.CloseReason.TIMEOUT]: 'ETIMEDOUT',
  [wisp.CloseReason.REFUSED]: 'ECONNREFUSED',
  [wisp.CloseReason.TRANSFER_TIMEOUT]: 'ETIMEDOUT',
  [wisp.CloseReason.BLOCKED]: 'EACCES',
  [wisp.CloseReason.THROTTLED]: 'EBUSY',
  [wisp.CloseReason.INCOMPATIBLE_EXTENSIONS]: 'EPROTONOSUPPORT',
  [wisp.CloseReason.BAD_PASSWORD]: 'EACCES',
  [wisp.CloseReason.BAD_SIGNATURE]: 'EACCES',
  [wisp.CloseReason.CREDENTIALS_MISSING]: 'EACCES',
}

/** What a close reason of the relay is for a socket; undefined where it says nothing in particular. */
export function errorOf(reason: number): string | undefined {
  return ERRORS[reason]
}

/** DATA packets that the relay may send on a stream before it hears of us again: 2 MiB at most. */
const CREDIT = 64
const LAST_STREAM = 0xffffffff

/** What a connection does with a stream of its own. */
interface Member {
  /** The handshake is over: `credit` packets may be sent. */
  ready(credit: number): void
  data(payload: Uint8Array): void
  credit(packets: number): void
  closed(reason: number): void
  /** The connection to the relay is gone. */
  lost(code: string): void
}

/** One WebSocket and the streams in it. */
class Connection {
  readonly #members = new Map<number, Member>()
  readonly #attended = new Set<Member>()
  readonly #options: WispOptions
  #channel: Channel
  #nextId = 1
  #opened = false
  #version: 1 | 2
  #firstCredit: number | null = null
  #stopped = 0
  #failure = 'ECONNREFUSED'
  over = false
  extensions: ReadonlySet<number> = new Set()

  constructor(options: WispOptions) {
    this.#options = options
    this.#version = options.version ?? 2
    this.#channel = this.#open()
  }

  #open(): Channel {
    const { url, WebSocket = globalThis.WebSocket as WebSocketClass } = this.#options
    return new Channel(String(url), this.#version === 2 ? [wisp.SUBPROTOCOL] : [], WebSocket, {
      opened: () => (this.#opened = true),
      message: (bytes) => this.#message(bytes),
      closed: (code, reason) => this.#ended(code, reason),
    })
  }

  get pausable(): boolean {
    return this.#channel.pausable
  }

  /** Whether the relay waits for credit from us. */
  get granting(): boolean {
    return this.extensions.has(wisp.ExtensionId.FLOW_CONTROL)
  }

  get confirms(): boolean {
    return this.extensions.has(wisp.ExtensionId.OPEN_CONFIRMATION)
  }

  /** Enters a stream, which is told when it may begin. Returns its id, 0 when there is none left. */
  join(member: Member): number {
    if (this.#nextId > LAST_STREAM) return 0
    const id = this.#nextId++
    this.#members.set(id, member)
    if (this.#firstCredit !== null) {
      const credit = this.#firstCredit
      queueMicrotask(() => {
        if (this.#members.get(id) === member) member.ready(credit)
      })
    }
    return id
  }

  leave(id: number): void {
    const member = this.#members.get(id)
    if (!member) return
    this.#members.delete(id)
    this.attend(member, false)
  }

  attend(member: Member, waited: boolean): void {
    if (waited) this.#attended.add(member)
    else this.#attended.delete(member)
    this.#channel.attend(this.#attended.size > 0)
  }

  send(packet: Uint8Array): void {
    if (this.#channel.open) this.#channel.send(packet)
  }

  /** Stops all streams, until as many have called resume(). */
  pause(): void {
    if (++this.#stopped === 1) this.#channel.pause()
  }

  resume(): void {
    if (--this.#stopped === 0) this.#channel.resume()
  }

  close(): void {
    this.#channel.close()
    this.#end('ECANCELED')
  }

  #message(bytes: Uint8Array): void {
    try {
      const packet = wisp.decode(bytes)
      if (packet.streamId === 0) this.#control(packet)
      else this.#deliver(packet)
    } catch (error) {
      if (!(error instanceof wisp.WispProtocolError)) throw error
      this.#channel.close()
      this.#end('EPROTO', `the relay has sent what is not Wisp: ${error.message}`)
    }
  }

  #deliver(packet: wisp.Packet): void {
    // for a stream that we have left, the relay's last packets are still on their way
    const member = this.#members.get(packet.streamId)
    if (packet.type === wisp.DATA) member?.data(packet.payload)
    else if (packet.type === wisp.CONTINUE) member?.credit(packet.credit)
    else if (packet.type === wisp.CLOSE) member?.closed(packet.reason)
  }

  #control(packet: wisp.Packet): void {
    if (packet.type === wisp.INFO) {
      this.#greet(packet.extensions).catch((error: Error) => {
        this.#channel.close()
        this.#end('EACCES', error.message)
      })
    } else if (packet.type === wisp.CONTINUE) {
      this.#firstCredit = packet.credit
      for (const member of [...this.#members.values()]) member.ready(packet.credit)
    } else if (packet.type === wisp.CLOSE) {
      this.#failure = errorOf(packet.reason) ?? 'ECONNRESET'
      this.#channel.close()
      this.#end(this.#failure, `the relay has closed the connection: ${wisp.closeReasonText(packet.reason)}`)
    }
  }

  /** Answers the relay's INFO: with the extensions that both know, and what it asks for. */
  async #greet(offered: readonly wisp.Extension[]): Promise<void> {
    const { password, key, onmotd } = this.#options
    const chosen: wisp.Extension[] = []
    for (const { id, payload } of offered) {
      if (id === wisp.ExtensionId.UDP) chosen.push(wisp.udpExtension)
      if (id === wisp.ExtensionId.OPEN_CONFIRMATION) chosen.push(wisp.openConfirmationExtension)
      if (id === wisp.ExtensionId.FLOW_CONTROL) chosen.push(wisp.flowControlExtension(CREDIT))
      if (id === wisp.ExtensionId.PASSWORD && password) chosen.push(wisp.passwordCredentials(password))
      if (id === wisp.ExtensionId.KEY && key) chosen.push(await signed(key, payload))
      if (id === wisp.ExtensionId.MOTD) {
        chosen.push(wisp.wantsMotdExtension)
        onmotd?.(wisp.readMotd(payload))
      }
    }
    this.extensions = new Set(chosen.map(({ id }) => id))
    this.send(wisp.encodeInfo(2, 0, chosen))
  }

  #ended(code: number, reason: string): void {
    if (!this.#opened && this.#version === 2) {
      // a relay of version 1 may turn the subprotocol down
      this.#version = 1
      this.#channel = this.#open()
      this.#channel.attend(this.#attended.size > 0)
      return
    }
    if (!this.#opened) return this.#end('ECONNREFUSED', 'the relay cannot be reached')
    this.#end('ECONNRESET', `the connection to the relay has ended: ${reason || `code ${code}`}`)
  }

  #end(code: string, reason?: string): void {
    if (this.over) return
    this.over = true
    if (reason) this.#options.onclose?.(reason)
    const members = [...this.#members.values()]
    this.#members.clear()
    for (const member of members) member.lost(code)
  }
}

async function signed(key: NonNullable<WispOptions['key']>, offer: Uint8Array): Promise<wisp.Extension> {
  const { algorithms, challenge } = wisp.readKeyOffer(offer)
  if (!(algorithms & wisp.ED25519)) throw new Error('the relay knows no algorithm for the key but others than Ed25519')
  const keyHash = new Uint8Array(await crypto.subtle.digest('SHA-256', key.publicKey.slice()))
  return wisp.keyCredentials({ algorithm: wisp.ED25519, keyHash, signature: await key.sign(challenge.slice()) })
}

class WispStream implements Stream, Member {
  readonly #id: number
  #credit = 0
  #open = false
  #closed = false
  #closing = false
  #paused = false
  #waiting: Uint8Array[] = []
  /** DATA packets that have come since we have last granted credit. */
  #taken = 0
  /** Bytes that have been handed on and not been given back. */
  #unread = 0

  constructor(
    private readonly connection: Connection,
    private readonly host: string,
    private readonly remote: Exclude<Address, { family: 'unix' }>,
    private readonly events: StreamEvents,
  ) {
    this.#id = connection.join(this)
    if (this.#id === 0) throw new TransportError('EAGAIN')
  }

  // --- what the connection tells ---

  ready(credit: number): void {
    if (this.#closed) return
    this.#credit = credit
    this.connection.send(wisp.encodeConnect(this.#id, wisp.TCP, this.host, this.remote.port))
    if (!this.connection.confirms) this.#stands()
  }

  #stands(): void {
    this.#open = true
    this.events.opened(null, this.remote)
  }

  data(payload: Uint8Array): void {
    this.#taken++
    if (this.#closing) return
    this.#unread += payload.length
    if (this.#paused && !this.connection.granting && this.#unread > UNREAD_LIMIT) {
      this.close()
      return this.events.failed('ENOBUFS')
    }
    this.events.data(payload)
    this.#grant()
  }

  credit(packets: number): void {
    this.#credit = packets
    if (!this.#open) return this.#stands()
    this.#flush()
    if (this.writable && !this.#closing) this.events.drained()
  }

  closed(reason: number): void {
    this.connection.leave(this.#id)
    this.#closed = true
    if (this.#closing) return
    if (reason === wisp.CloseReason.VOLUNTARY && this.#open) this.events.ended()
    else this.events.failed(errorOf(reason) ?? (this.#open ? 'ECONNRESET' : 'ECONNREFUSED'))
  }

  lost(code: string): void {
    const told = this.#closed || this.#closing
    this.#closed = true
    if (!told) this.events.failed(code)
  }

  // --- Stream ---

  get writable(): boolean {
    return this.#open && !this.#closed && this.#credit > 0 && this.#waiting.length === 0
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += wisp.MAX_DATA_BYTES)
      this.#waiting.push(bytes.subarray(at, at + wisp.MAX_DATA_BYTES))
    this.#flush()
  }

  #flush(): void {
    while (this.#credit > 0 && this.#waiting.length > 0) {
      this.#credit--
      this.connection.send(wisp.encodeData(this.#id, this.#waiting.shift()!))
    }
    if (this.#closing && this.#waiting.length === 0) this.#leave()
  }

  /** Wisp cannot end one direction alone; the end comes with close(). */
  end(): void {}

  close(): void {
    if (this.#closed || this.#closing) return
    this.#closing = true
    if (this.#paused) this.resume()
    if (!this.#open) this.#waiting.length = 0
    // what is not sent yet waits for credit
    this.#flush()
  }

  #leave(): void {
    this.#closed = true
    this.connection.send(wisp.encodeClose(this.#id, wisp.CloseReason.VOLUNTARY))
    this.connection.leave(this.#id)
  }

  pause(): void {
    this.#paused = true
    if (!this.connection.granting && this.connection.pausable) this.connection.pause()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    if (!this.connection.granting && this.connection.pausable) this.connection.resume()
    this.#grant()
  }

  /** Renews the relay's credit before it has run out. */
  #grant(): void {
    if (!this.connection.granting || this.#paused || this.#taken < CREDIT / 2) return
    this.#taken = 0
    this.connection.send(wisp.encodeContinue(this.#id, CREDIT))
  }

  release(chunk: Uint8Array): void {
    this.#unread -= chunk.length
  }

  attend(waited: boolean): void {
    if (!this.#closed) this.connection.attend(this, waited)
  }

  setNoDelay(): void {}
  setKeepAlive(): void {}
}

/** One UDP stream: the datagrams between us and one host. */
class WispFlow implements Member {
  readonly #id: number
  #waiting: Uint8Array[] = []
  #ready = false

  constructor(
    private readonly connection: Connection,
    private readonly host: string,
    private readonly remote: Exclude<Address, { family: 'unix' }>,
    private readonly events: DatagramEvents,
  ) {
    this.#id = connection.join(this)
    if (this.#id === 0) throw new TransportError('EAGAIN')
  }

  ready(): void {
    this.#ready = true
    this.connection.send(wisp.encodeConnect(this.#id, wisp.UDP, this.host, this.remote.port))
    for (const bytes of this.#waiting.splice(0)) this.send(bytes)
  }

  send(bytes: Uint8Array): void {
    if (this.#ready) this.connection.send(wisp.encodeData(this.#id, bytes))
    else this.#waiting.push(bytes.slice())
  }

  data(payload: Uint8Array): void {
    this.events.received(payload, this.remote)
  }

  credit(): void {}

  closed(reason: number): void {
    this.connection.leave(this.#id)
    this.events.failed(errorOf(reason) ?? 'ECONNRESET')
  }

  lost(code: string): void {
    this.events.failed(code)
  }

  attend(waited: boolean): void {
    this.connection.attend(this, waited)
  }

  close(): void {
    this.connection.send(wisp.encodeClose(this.#id, wisp.CloseReason.VOLUNTARY))
    this.connection.leave(this.#id)
  }
}

class WispDatagrams implements Datagrams {
  readonly local = null
  readonly #flows = new Map<string, WispFlow>()
  #attended = false

  constructor(
    private readonly connection: () => Connection,
    private readonly names: SyntheticNames,
    private readonly events: DatagramEvents,
  ) {}

  send(bytes: Uint8Array, to: Address): void {
    if (to.family === 'unix') return this.events.failed('EAFNOSUPPORT')
    const key = `${to.address} ${to.port}`
    let flow = this.#flows.get(key)
    if (!flow) {
      flow = new WispFlow(this.connection(), this.names.hostOf(to.address), to, this.events)
      this.#flows.set(key, flow)
      flow.attend(this.#attended)
    }
    flow.send(bytes)
  }

  attend(waited: boolean): void {
    this.#attended = waited
    for (const flow of this.#flows.values()) flow.attend(waited)
  }

  close(): void {
    for (const flow of this.#flows.values()) flow.close()
    this.#flows.clear()
  }
}

export interface WispTransport extends Transport {
  /** Ends the connection to the relay, and with it all streams (ECANCELED). The next connect() makes a new one. */
  close(): void
}

/**
 * TCP and UDP through a Wisp relay. The WebSocket is made for the first connection, shared by all, and made anew after it
 * was lost; the streams that were in it then fail with ECONNRESET.
 * @throws SyntaxError or TypeError for a URL that is none
 * @see https://github.com/MercuryWorkshop/wisp-protocol
 */
export function wispTransport(options: WispOptions): WispTransport {
  const url = new URL(options.url)
  if (!/^wss?:$/.test(url.protocol)) throw new TypeError(`a relay has a ws: or wss: URL, not ${url.href}`)
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  const names = new SyntheticNames()
  let current: Connection | null = null
  const connection = (): Connection => {
    if (!current || current.over) current = new Connection({ ...options, url })
    return current
  }
  return {
    connect(remote, local, events) {
      if (remote.family === 'unix' || local) throw new TransportError('EOPNOTSUPP')
      return new WispStream(connection(), names.hostOf(remote.address), remote, events)
    },
    datagrams: (_family, _local, events) => new WispDatagrams(connection, names, events),
    resolve: async (name, family) => names.resolve(name, family),
    close() {
      current?.close()
      current = null
    },
  }
}
