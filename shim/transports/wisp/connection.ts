// One WebSocket to a Wisp relay and the streams in it: does the handshake, hands packets to their streams, and ends
// them. When a relay fails, it goes on with the next one, for the streams that have not begun.
import { RelayWebSocket, type WebSocketConstructor } from '../relay-websocket.js'
import * as wisp from './protocol.js'
import { closeReasonText, errorOf } from '../relay.js'
import { inOrder, noteFailure, noteReached, restOf, type Relay, type RelayState } from './relays.js'

/** `url` is one relay: 'wss://relay.example/wisp/'. `urls` are several, of which the first is used until it fails. */
export type WispOptions = {
  /** The newest version to offer: 2 by default, which falls back to 1 if the relay does not know it. */
  version?: 1 | 2
  /** How many WebSockets the streams are spread over: 1 by default. More help where one slow stream holds others back. */
  connections?: number
  /** Credentials, for a relay that asks for them. All relays get the same. */
  password?: wisp.PasswordCredentials
  /** An Ed25519 key pair; `publicKey` is raw, 32 bytes. */
  key?: { publicKey: Uint8Array; sign: (challenge: Uint8Array) => Promise<Uint8Array> | Uint8Array }
  /** Called with the relay's message of the day, once for each connection. */
  onmotd?: (message: string) => void
  /** Called with the reason, in words, why the connection to a relay could not be made or has ended. */
  onclose?: (reason: string) => void
  /**
   * Called after `state` of the transport or of one of its `relays` has changed, with the first of the two. Changes
   * that follow one another at once are reported together.
   */
  onstatechange?: (state: RelayState) => void
  /** The platform's by default. */
  WebSocket?: WebSocketConstructor
} & ({ url: string | URL; urls?: undefined } | { url?: undefined; urls: readonly (string | URL)[] })

/** How long a relay may take to greet, in milliseconds, before the next one is tried. */
const HANDSHAKE_LIMIT = 10_000

/** How many DATA packets the relay may send on a stream before we grant more: 2 MiB at most. */
export const CREDIT = 64
const LAST_STREAM = 0xffffffff

/** A stream, as its connection calls it. */
export interface Member {
  /** Something that counts was sent or received, so it cannot go on in another relay. */
  readonly begun: boolean
  /** The handshake is over: `credit` packets may be sent. Called again if that relay fails before the member has begun. */
  ready(credit: number): void
  data(payload: Uint8Array): void
  credit(packets: number): void
  closed(reason: number): void
  /** It has joined another connection as `id`, because its own has ended before it has begun. */
  moved(to: WispConnection, id: number): void
  /** The connection to the relay is gone. `reason` says why in words, where that is known. */
  lost(code: string, reason?: string): void
}

/** One WebSocket and the streams in it. */
export class WispConnection {
  readonly #members = new Map<number, Member>()
  readonly #attended = new Set<Member>()
  /** The relays that have not been tried yet, and why the others failed. */
  readonly #left: Relay[]
  readonly #reasons: string[] = []
  #webSocket: RelayWebSocket | null = null
  /** Until the next relay is tried, or this one has had enough time to greet. */
  #timer: ReturnType<typeof setTimeout> | undefined
  #nextId = 1
  #opened = false
  #version: 1 | 2 = 2
  #firstCredit: number | null = null
  /** When our INFO was sent. */
  #asked: number | null = null
  #stopped = 0
  /** The one that is being tried, or that the streams are in. */
  relay: Relay | null = null
  over = false
  extensions: ReadonlySet<number> = new Set()

  /**
   * Tries each relay once. If all of them rest, it waits until the first has rested.
   * @param other The connection in which streams that have not begun can go on, null if there is none.
   */
  constructor(
    private readonly options: WispOptions,
    relays: readonly Relay[],
    private readonly changed: () => void,
    private readonly other: () => WispConnection | null,
  ) {
    this.#left = inOrder(relays)
    const rest = restOf(this.#left[0]!)
    if (rest > 0) this.#later(rest, () => this.#tryNext())
    else this.#tryNext()
    changed()
  }

  #tryNext(): void {
    this.relay = this.#left.shift()!
    this.#version = this.options.version ?? 2
    this.#open()
  }

  #open(): void {
    this.#opened = false
    this.#asked = null
    this.#stopped = 0
    this.extensions = new Set()
    this.#later(HANDSHAKE_LIMIT, () =>
      this.#lost('ETIMEDOUT', `the relay at ${this.#host} has not answered within ${HANDSHAKE_LIMIT / 1000} seconds`),
    )
    try {
      const { WebSocket = globalThis.WebSocket as WebSocketConstructor } = this.options
      const protocols = this.#version === 2 ? [wisp.SUBPROTOCOL] : []
      this.#webSocket = new RelayWebSocket(this.relay!.url.href, protocols, WebSocket, {
        opened: () => (this.#opened = true),
        message: (bytes) => this.#message(bytes),
        closed: (code, reason, _wasClean, refused) => this.#ended(code, reason, refused),
      })
      this.#webSocket.attend(this.#attended.size > 0)
    } catch (error) {
      // the streams that are about to join have to be told, too
      queueMicrotask(() => this.#lost('ECONNREFUSED', this.#unreachable((error as Error).message)))
    }
  }

  /** For messages: the rest of the URL may be secret. */
  get #host(): string {
    return this.relay!.url.host
  }

  #unreachable(why: string): string {
    return `the relay at ${this.#host} cannot be reached${why && `: ${why}`}`
  }

  #later(ms: number, callback: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(callback, ms)
    this.#attend()
  }

  /** Whether a relay has greeted, so that streams begin at once. */
  get open(): boolean {
    return this.#firstCredit !== null
  }

  /** How many streams there are. */
  get size(): number {
    return this.#members.size
  }

  get pausable(): boolean {
    return this.#webSocket?.pausable ?? false
  }

  /** Whether we grant the relay credit. */
  get granting(): boolean {
    return this.extensions.has(wisp.ExtensionId.FLOW_CONTROL)
  }

  /** Whether the relay has UDP. In version 1 it does not say so. */
  get relaysUdp(): boolean {
    return this.#version === 1 || this.extensions.has(wisp.ExtensionId.UDP)
  }

  /** Bytes that were sent and that the platform still holds. */
  get buffered(): number {
    return this.#webSocket?.buffered ?? 0
  }

  get confirms(): boolean {
    return this.extensions.has(wisp.ExtensionId.OPEN_CONFIRMATION)
  }

  /** Adds a stream, and calls its ready() when it may begin. Returns its id, 0 if there is none left. */
  join(member: Member): number {
    if (this.#nextId > LAST_STREAM) return 0
    const id = this.#nextId++
    this.#members.set(id, member)
    if (this.open)
      queueMicrotask(() => {
        if (this.#firstCredit !== null && this.#members.get(id) === member) member.ready(this.#firstCredit)
      })
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
    this.#attend()
  }

  /** Keeps the process alive while a stream is waited for. */
  #attend(): void {
    const waited = this.#attended.size > 0
    this.#webSocket?.attend(waited)
    const timer = this.#timer as { ref?(): void; unref?(): void } | undefined
    if (waited) timer?.ref?.()
    else timer?.unref?.()
  }

  /** Until the relay has greeted, nothing of a stream is sent. */
  send(packet: Uint8Array): void {
    if (this.#firstCredit !== null && this.#webSocket!.open) this.#webSocket!.send(packet)
  }

  /** Stops all streams, until resume() has been called once for each call of this. */
  pause(): void {
    if (++this.#stopped === 1) this.#webSocket?.pause()
  }

  resume(): void {
    if (--this.#stopped === 0) this.#webSocket?.resume()
  }

  close(): void {
    this.#stop()
    this.over = true
    this.changed()
    this.#fail(() => true, 'ECANCELED')
  }

  #message(bytes: Uint8Array): void {
    try {
      const packet = wisp.decode(bytes)
      if (packet.streamId === 0) this.#control(packet)
      else this.#deliver(packet)
    } catch (error) {
      if (!(error instanceof wisp.WispProtocolError)) throw error
      this.#lost('EPROTO', `the relay at ${this.#host} sent something that is not Wisp: ${error.message}`)
    }
  }

  #deliver(packet: wisp.Packet): void {
    // packets of a stream that we have left may still arrive
    const member = this.#members.get(packet.streamId)
    if (packet.type === wisp.DATA) member?.data(packet.payload)
    else if (packet.type === wisp.CONTINUE) member?.credit(packet.credit)
    else if (packet.type === wisp.CLOSE) member?.closed(packet.reason)
  }

  #control(packet: wisp.Packet): void {
    if (packet.type === wisp.INFO) {
      const webSocket = this.#webSocket!
      this.#greet(packet.extensions, webSocket).catch((error: Error) => {
        if (webSocket === this.#webSocket)
          this.#lost('EACCES', `the relay at ${this.#host} gets no credentials: ${error.message}`)
      })
    } else if (packet.type === wisp.CONTINUE) {
      if (this.#firstCredit === null) this.#greeted(packet.credit)
    } else if (packet.type === wisp.CLOSE) {
      const code = errorOf(packet.reason) ?? 'ECONNRESET'
      this.#lost(code, `the relay at ${this.#host} has closed the connection: ${closeReasonText(packet.reason)}`)
    }
  }

  #greeted(credit: number): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const relay = this.relay!
    noteReached(relay)
    relay.speaksV2 ||= this.#version === 2
    if (this.#asked !== null) relay.roundTrip = performance.now() - this.#asked
    this.#firstCredit = credit
    this.#reasons.length = 0
    this.changed()
    for (const member of [...this.#members.values()]) member.ready(credit)
  }

  /** Answers the relay's INFO with the extensions that both know, and the credentials that it asks for. */
  async #greet(offered: readonly wisp.Extension[], webSocket: RelayWebSocket): Promise<void> {
    const { password, key, onmotd } = this.options
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
    // signing takes time, in which the next relay may have got its turn
    if (webSocket !== this.#webSocket || !webSocket.open) return
    this.extensions = new Set(chosen.map(({ id }) => id))
    this.#asked = performance.now()
    webSocket.send(wisp.encodeInfo(2, 0, chosen))
  }

  #ended(code: number, reason: string, refused: boolean): void {
    if (this.#opened)
      return this.#lost(
        'ECONNRESET',
        `the connection to the relay at ${this.#host} has ended: ${reason || `code ${code}`}`,
      )
    // a relay of version 1 may reject the subprotocol
    if (this.#version === 1 || refused || this.relay!.speaksV2)
      return this.#lost('ECONNREFUSED', this.#unreachable(reason))
    this.#version = 1
    this.#open()
  }

  /** This relay has failed. What has begun in it fails, and for the rest it goes on with the next relay, if there is one. */
  #lost(code: string, reason: string): void {
    if (this.over) return
    const greeted = this.open
    const members = [...this.#members.values()]
    this.#stop()
    const relay = this.relay!
    relay.lastError = reason
    // relays and proxies end connections that nobody uses
    if (!greeted || members.length > 0) noteFailure(relay)
    this.#reasons.push(reason)
    this.over = this.#left.length === 0 || (greeted && members.every(({ begun }) => begun))
    this.changed()
    try {
      this.options.onclose?.(reason)
    } finally {
      if (greeted) this.#fail(({ begun }) => begun, code, reason)
      if (this.over) this.#handOver(code, this.#reasons.join('; '))
      else this.#tryNext()
    }
  }

  /** The streams that have not begun go on in another connection, or fail if there is none: a relay may take only a few. */
  #handOver(code: string, reason: string): void {
    for (const [id, member] of [...this.#members]) {
      const other = this.other()
      if (!other) return this.#fail(() => true, code, reason)
      const waited = this.#attended.has(member)
      this.leave(id)
      const joined = other.join(member)
      if (joined === 0) {
        member.lost('EAGAIN')
        continue
      }
      member.moved(other, joined)
      other.attend(member, waited)
    }
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#webSocket?.close()
    this.#webSocket = null
    this.#firstCredit = null
  }

  #fail(which: (member: Member) => boolean, code: string, reason?: string): void {
    for (const [id, member] of [...this.#members]) {
      if (!which(member)) continue
      this.leave(id)
      member.lost(code, reason)
    }
  }
}

async function signed(key: NonNullable<WispOptions['key']>, offer: Uint8Array): Promise<wisp.Extension> {
  const { algorithms, challenge } = wisp.readKeyOffer(offer)
  if (!(algorithms & wisp.ED25519)) throw new Error('the relay asks for a key, but does not support Ed25519')
  const keyHash = new Uint8Array(await crypto.subtle.digest('SHA-256', key.publicKey.slice()))
  return wisp.keyCredentials({ algorithm: wisp.ED25519, keyHash, signature: await key.sign(challenge.slice()) })
}
