// A connection that speaks Wisp v1 or v2: does the handshake, then hands packets to their streams. A packet that is not
// Wisp ends the connection. A request that cannot be met ends its stream.
import {
  CLOSE,
  CONNECT,
  CONTINUE,
  DATA,
  ExtensionId,
  INFO,
  TCP,
  UDP,
  ED25519,
  WispProtocolError,
  decode,
  encodeClose,
  encodeContinue,
  encodeInfo,
  flowControlExtension,
  keyOffer,
  motdExtension,
  openConfirmationExtension,
  passwordOffer,
  readFlowControl,
  readKeyCredentials,
  readPasswordCredentials,
  udpExtension,
  type ConnectPacket,
  type Extension,
  type InfoPacket,
  type Packet,
} from '../../shim/transports/wisp/protocol.js'
import { streamRecord, type Client } from './client.js'
import { CloseCode } from './client-socket.js'
import type { Admitting } from './dial.js'
import { Refusal, refusalOf } from './refusal.js'
import { udpRefusal, WispUdp } from './wisp-udp.js'
import { WispTcp, type Agreed, type WispStream } from './wisp-tcp.js'
import { CloseReason, closeReasonText } from '../../shim/transports/relay.js'

/** A protocol on a client's WebSocket. */
export interface Session {
  message(bytes: Uint8Array, isBinary: boolean): void
  /** Whether it has no streams. */
  readonly idle: boolean
  /** Closes streams on which nothing has happened since `deadline`, a time of performance.now(). */
  sweep(deadline: number): void
  /** The client has exceeded its budget, so one of its streams, or the connection, has to end. */
  exceeded(refusal: Refusal): void
  /** The WebSocket has closed, in order or not. */
  disconnected(inOrder: boolean): void
  /** The relay ends. Ends everything here: open streams with an error. */
  shutdown(): void
}

/** What most clients have: for them it is made when it is needed. */
const none = new Map<number, WispStream>()
const NOTHING_AGREED: Agreed = { confirm: false, credit: null }

type State = 'handshake' | 'logging in' | 'open' | 'closed'

export class WispSession implements Session {
  #client: Client
  #state: State = 'handshake'
  #streams: Map<number, WispStream> = none
  #challenge: Uint8Array | null = null
  #login: boolean
  #timer: ReturnType<typeof setTimeout> | undefined
  #udp: boolean
  #agreed = NOTHING_AGREED

  /** @param login Whether the client still has to log in. */
  constructor(client: Client, version: 1 | 2, login: boolean) {
    const { udp, connectTimeout } = client.settings
    this.#client = client
    this.#login = login
    this.#udp = udp
    if (version === 1) this.#open()
    else this.#greet(connectTimeout)
  }

  get idle(): boolean {
    return this.#streams.size === 0
  }

  // --- the handshake ---

  #greet(patience: number): void {
    this.#client.channel.send(encodeInfo(2, 0, this.#offers()))
    this.#timer = setTimeout(() => {
      this.#fail(new Refusal(CloseReason.TIMEOUT, 'no INFO in time'), CloseCode.POLICY_VIOLATION)
    }, patience)
  }

  #offers(): Extension[] {
    const { authenticator, udp, motd } = this.#client.settings
    const { hasPasswords, hasKeys } = authenticator
    const offers = [openConfirmationExtension, flowControlExtension()]
    if (udp) offers.push(udpExtension)
    if (motd) offers.push(motdExtension(motd))
    if (this.#login && hasPasswords) offers.push(passwordOffer(!hasKeys))
    if (this.#login && hasKeys) {
      this.#challenge = authenticator.challenge()
      offers.push(keyOffer({ required: !hasPasswords, algorithms: ED25519, challenge: this.#challenge }))
    }
    return offers
  }

  async #info({ major, extensions }: InfoPacket): Promise<void> {
    if (major !== 2) throw new Refusal(CloseReason.INCOMPATIBLE_EXTENSIONS, `version ${major} of Wisp is not supported`)
    const named = new Map(extensions.map(({ id, payload }) => [id, payload]))
    this.#udp &&= named.has(ExtensionId.UDP)
    const flowControl = named.get(ExtensionId.FLOW_CONTROL)
    this.#agreed = {
      confirm: named.has(ExtensionId.OPEN_CONFIRMATION),
      credit: flowControl ? readFlowControl(flowControl) : null,
    }
    if (this.#login) {
      this.#state = 'logging in'
      const user = await this.#user(named)
      this.#client.log.info({ event: 'login', user })
    }
    if (this.#state !== 'closed') this.#open()
  }

  async #user(named: ReadonlyMap<number, Uint8Array>): Promise<string> {
    const { authenticator } = this.#client.settings
    const [password, key] = [named.get(ExtensionId.PASSWORD), named.get(ExtensionId.KEY)]
    await this.#client.admitAttempt()
    if (password && authenticator.hasPasswords) return authenticator.password(readPasswordCredentials(password))
    if (key && this.#challenge) return authenticator.signature(readKeyCredentials(key), this.#challenge)
    throw new Refusal(CloseReason.CREDENTIALS_MISSING, closeReasonText(CloseReason.CREDENTIALS_MISSING))
  }

  #open(): void {
    this.#stopTimer()
    this.#state = 'open'
    this.#client.channel.send(encodeContinue(0, this.#client.settings.credit))
    this.#client.channel.spend(0) // its address may be in debt
  }

  #stopTimer(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  // --- packets ---

  message(bytes: Uint8Array, isBinary: boolean): void {
    if (this.#state === 'closed') return
    try {
      if (!isBinary) throw new WispProtocolError('a text message instead of a packet')
      this.#packet(decode(bytes))
    } catch (error) {
      this.#protest(error)
    }
  }

  #protest(error: unknown): void {
    if (error instanceof Refusal) return this.#fail(error, CloseCode.POLICY_VIOLATION)
    if (error instanceof WispProtocolError) {
      return this.#fail(new Refusal(CloseReason.INVALID, error.message), CloseCode.PROTOCOL_ERROR)
    }
    // our own fault ends the connection of this client, and no other
    this.#client.log.error({ event: 'fault', err: error })
    this.#fail(new Refusal(CloseReason.UNKNOWN, 'an internal error of the relay'), CloseCode.INTERNAL_ERROR)
  }

  #packet(packet: Packet): void {
    if (packet.type === CLOSE && packet.streamId === 0) return this.#end()
    if (this.#state !== 'open') {
      if (this.#state !== 'handshake') throw new WispProtocolError('a packet before the end of the handshake')
      if (packet.type === INFO) return void this.#info(packet).catch((error: unknown) => this.#protest(error))
      throw new Refusal(CloseReason.INCOMPATIBLE_EXTENSIONS, 'the first packet of version 2 is not INFO')
    }
    switch (packet.type) {
      case CONNECT:
        return this.#connect(packet)
      case DATA:
        return this.#data(packet.streamId, packet.payload)
      case CLOSE:
        return this.#closed(packet.streamId, packet.reason)
      case CONTINUE:
        if (this.#agreed.credit === null) throw new WispProtocolError('CONTINUE without the flow control extension')
        return this.#streams.get(packet.streamId)?.grant(packet.credit)
      default:
        throw new WispProtocolError('INFO after the handshake')
    }
  }

  #connect(packet: ConnectPacket): void {
    const { streamId, streamType, host, port } = packet
    const known = this.#streams.get(streamId)
    if (known) {
      known.close(false)
      return this.ended(streamId, new Refusal(CloseReason.INVALID, 'another stream has this id'))
    }
    let first: Admitting
    try {
      if (streamType !== TCP && streamType !== UDP) {
        throw new Refusal(CloseReason.INVALID, `stream type ${streamType} is unknown`)
      }
      if (streamType === UDP && !this.#udp) throw udpRefusal(this.#client.settings.udp)
      first = this.#client.admitSocket()
    } catch (error) {
      const { reason, message } = refusalOf(error)
      const protocol = streamType === UDP ? 'udp' : 'tcp'
      this.#client.channel.send(encodeClose(streamId, reason))
      return this.#client.streamEnded(streamRecord(protocol, host, port), reason, message)
    }
    const confirm = (): void => {
      if (this.#agreed.confirm) this.#client.channel.send(encodeContinue(streamId, this.#client.settings.credit))
    }
    const stream =
      streamType === TCP
        ? new WispTcp(packet, first, this.#agreed, this.#client, this)
        : new WispUdp(packet, first, confirm, this.#client, this)
    if (this.#streams === none) this.#streams = new Map()
    this.#streams.set(streamId, stream)
  }

  #data(streamId: number, payload: Uint8Array): void {
    this.#client.channel.spend(payload.length)
    const stream = this.#streams.get(streamId)
    if (!stream) return // sent before the client knew that the stream has ended
    try {
      stream.receive(payload)
    } catch (error) {
      stream.close(false)
      this.ended(streamId, refusalOf(error))
    }
  }

  #closed(streamId: number, reason: number): void {
    const stream = this.#streams.get(streamId)
    if (!stream) return
    this.#streams.delete(streamId)
    stream.close(reason === CloseReason.VOLUNTARY)
    this.#client.streamEnded(stream.record, reason, '', true)
  }

  /** Tells the client that a stream has ended here. */
  ended(id: number, { reason, message }: Refusal): void {
    const stream = this.#streams.get(id)
    if (!stream) return
    this.#streams.delete(id)
    this.#client.channel.send(encodeClose(id, reason))
    this.#client.streamEnded(stream.record, reason, message)
  }

  sweep(deadline: number): void {
    for (const [id, stream] of this.#streams) {
      if (stream.active > deadline) continue
      stream.close(false)
      this.ended(id, new Refusal(CloseReason.TRANSFER_TIMEOUT, 'no data in either direction'))
    }
  }

  /** Ends the stream that holds the most, as that of the unfinished message is unknown. Without any, the connection. */
  exceeded(refusal: Refusal): void {
    let most: [id: number, stream: WispStream] | null = null
    for (const one of this.#streams) if (one[1].held > (most?.[1].held ?? 0)) most = one
    if (!most) return this.#fail(refusal, CloseCode.POLICY_VIOLATION)
    most[1].close(false)
    this.ended(most[0], refusal)
  }

  // --- the end ---

  /** The client has closed stream 0, which closes everything. */
  #end(): void {
    this.disconnected(true)
    this.#client.channel.close(CloseCode.NORMAL, '')
  }

  #fail({ reason, message }: Refusal, code: number): void {
    if (this.#state === 'closed') return
    this.disconnected(false)
    this.#client.refused(reason, message)
    this.#client.channel.send(encodeClose(0, reason))
    this.#client.channel.close(code, closeReasonText(reason))
  }

  disconnected(inOrder: boolean): void {
    this.#state = 'closed'
    this.#stopTimer()
    for (const [id, stream] of this.#streams) {
      this.#streams.delete(id)
      stream.close(inOrder)
      const reason = inOrder ? CloseReason.VOLUNTARY : CloseReason.NETWORK_ERROR
      this.#client.streamEnded(stream.record, reason, 'the client has disconnected', true)
    }
  }

  shutdown(): void {
    if (this.#state === 'closed') return
    for (const [id, stream] of this.#streams) {
      stream.close(false)
      this.ended(id, new Refusal(CloseReason.NETWORK_ERROR, 'the relay is shutting down'))
    }
    this.disconnected(true)
    this.#client.channel.send(encodeClose(0, CloseReason.VOLUNTARY))
    this.#client.channel.close(CloseCode.GOING_AWAY, 'the relay is shutting down')
  }
}
