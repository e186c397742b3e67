// One WebSocket to a Wisp relay and the streams in it: does the handshake, hands packets to their streams, and ends
// them.
import { RelayWebSocket, type WebSocketConstructor } from '../relay-websocket.js'
import * as wisp from './protocol.js'
import { closeReasonText, errorOf } from '../relay.js'

export interface WispOptions {
  /** The relay: 'wss://relay.example/wisp/'. */
  url: string | URL
  /** The newest version to offer: 2 by default, which falls back to 1 if the relay does not know it. */
  version?: 1 | 2
  /** Credentials, for a relay that asks for them. */
  password?: wisp.PasswordCredentials
  /** An Ed25519 key pair; `publicKey` is raw, 32 bytes. */
  key?: { publicKey: Uint8Array; sign: (challenge: Uint8Array) => Promise<Uint8Array> | Uint8Array }
  /** Called with the relay's message of the day, once for each connection. */
  onmotd?: (message: string) => void
  /** Called with the reason, in words, why the connection to the relay could not be made or has ended. */
  onclose?: (reason: string) => void
  /** The platform's by default. */
  WebSocket?: WebSocketConstructor
}

/** How many DATA packets the relay may send on a stream before we grant more: 2 MiB at most. */
export const CREDIT = 64
const LAST_STREAM = 0xffffffff

/** A stream, as its connection calls it. */
export interface Member {
  /** The handshake is over: `credit` packets may be sent. */
  ready(credit: number): void
  data(payload: Uint8Array): void
  credit(packets: number): void
  closed(reason: number): void
  /** The connection to the relay is gone. `reason` says why in words, where that is known. */
  lost(code: string, reason?: string): void
}

/** One WebSocket and the streams in it. */
export class WispConnection {
  readonly #members = new Map<number, Member>()
  readonly #attended = new Set<Member>()
  readonly #options: WispOptions
  #webSocket: RelayWebSocket
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
    this.#webSocket = this.#open()
  }

  #open(): RelayWebSocket {
    const { url, WebSocket = globalThis.WebSocket as WebSocketConstructor } = this.#options
    const webSocket = new RelayWebSocket(String(url), this.#version === 2 ? [wisp.SUBPROTOCOL] : [], WebSocket, {
      opened: () => (this.#opened = true),
      message: (bytes) => this.#message(bytes),
      closed: (code, reason) => this.#ended(code, reason),
    })
    webSocket.attend(this.#attended.size > 0)
    return webSocket
  }

  /** For messages: the rest of the URL may be secret. */
  get #host(): string {
    return new URL(this.#options.url).host
  }

  get pausable(): boolean {
    return this.#webSocket.pausable
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
    return this.#webSocket.buffered
  }

  get confirms(): boolean {
    return this.extensions.has(wisp.ExtensionId.OPEN_CONFIRMATION)
  }

  /** Adds a stream, and calls its ready() when it may begin. Returns its id, 0 if there is none left. */
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
    this.#webSocket.attend(this.#attended.size > 0)
  }

  send(packet: Uint8Array): void {
    if (this.#webSocket.open) this.#webSocket.send(packet)
  }

  /** Stops all streams, until resume() has been called once for each call of this. */
  pause(): void {
    if (++this.#stopped === 1) this.#webSocket.pause()
  }

  resume(): void {
    if (--this.#stopped === 0) this.#webSocket.resume()
  }

  close(): void {
    this.#webSocket.close()
    this.#end('ECANCELED')
  }

  #message(bytes: Uint8Array): void {
    try {
      const packet = wisp.decode(bytes)
      if (packet.streamId === 0) this.#control(packet)
      else this.#deliver(packet)
    } catch (error) {
      if (!(error instanceof wisp.WispProtocolError)) throw error
      this.#webSocket.close()
      this.#end('EPROTO', `the relay sent something that is not Wisp: ${error.message}`)
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
      this.#greet(packet.extensions).catch((error: Error) => {
        this.#webSocket.close()
        this.#end('EACCES', error.message)
      })
    } else if (packet.type === wisp.CONTINUE) {
      this.#firstCredit = packet.credit
      for (const member of [...this.#members.values()]) member.ready(packet.credit)
    } else if (packet.type === wisp.CLOSE) {
      this.#failure = errorOf(packet.reason) ?? 'ECONNRESET'
      this.#webSocket.close()
      this.#end(this.#failure, `the relay has closed the connection: ${closeReasonText(packet.reason)}`)
    }
  }

  /** Answers the relay's INFO with the extensions that both know, and the credentials that it asks for. */
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
      // a relay of version 1 may reject the subprotocol
      this.#version = 1
      this.#webSocket = this.#open()
      return
    }
    if (!this.#opened)
      return this.#end('ECONNREFUSED', `the relay at ${this.#host} cannot be reached${reason && `: ${reason}`}`)
    this.#end('ECONNRESET', `the connection to the relay at ${this.#host} has ended: ${reason || `code ${code}`}`)
  }

  #end(code: string, reason?: string): void {
    if (this.over) return
    this.over = true
    if (reason) this.#options.onclose?.(reason)
    const members = [...this.#members.values()]
    this.#members.clear()
    for (const member of members) member.lost(code, reason)
  }
}

async function signed(key: NonNullable<WispOptions['key']>, offer: Uint8Array): Promise<wisp.Extension> {
  const { algorithms, challenge } = wisp.readKeyOffer(offer)
  if (!(algorithms & wisp.ED25519)) throw new Error('the relay asks for a key, but does not support Ed25519')
  const keyHash = new Uint8Array(await crypto.subtle.digest('SHA-256', key.publicKey.slice()))
  return wisp.keyCredentials({ algorithm: wisp.ED25519, keyHash, signature: await key.sign(challenge.slice()) })
}
