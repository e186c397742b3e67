// Encodes and decodes the packets of Wisp v1 and v2, in both directions, for the relay and for the client's transport.
// It has no sockets, no state and no imports. A malformed packet throws a WispProtocolError that says what is wrong.

/** Packet types. Each packet is one binary WebSocket message: u8 type, u32le stream id, payload. */
export const CONNECT = 0x01
export const DATA = 0x02
export const CONTINUE = 0x03
export const CLOSE = 0x04
export const INFO = 0x05

/** Stream types of CONNECT. */
export const TCP = 0x01
export const UDP = 0x02

/** Bytes before the payload of every packet. */
export const HEADER_BYTES = 5
/** The value of Sec-WebSocket-Protocol of a client that speaks version 2. */
export const SUBPROTOCOL = 'wisp-v2'

/** Ids of the extensions of version 2. */
export const ExtensionId = {
  UDP: 0x01,
  PASSWORD: 0x02,
  KEY: 0x03,
  MOTD: 0x04,
  OPEN_CONFIRMATION: 0x05,
  /** Our own: credit for what the server sends, which the protocol lacks. See flowControlExtension(). */
  FLOW_CONTROL: 0xf0,
} as const

/** An extension in INFO. What the payload means depends on the id and on the side that sends it. */
export interface Extension {
  id: number
  payload: Uint8Array
}

export interface ConnectPacket {
  type: typeof CONNECT
  streamId: number
  /** TCP or UDP. Other values are decoded as they are. */
  streamType: number
  port: number
  host: string
}
export interface DataPacket {
  type: typeof DATA
  streamId: number
  /** A view of the decoded message. */
  payload: Uint8Array
}
export interface ContinuePacket {
  type: typeof CONTINUE
  streamId: number
  /** How many DATA packets the client may send from now on. It replaces what was left, and is not added to it. */
  credit: number
}
export interface ClosePacket {
  type: typeof CLOSE
  streamId: number
  reason: number
}
export interface InfoPacket {
  type: typeof INFO
  streamId: 0
  major: number
  minor: number
  extensions: Extension[]
}
export type Packet = ConnectPacket | DataPacket | ContinuePacket | ClosePacket | InfoPacket

/** Bytes that are not Wisp. */
export class WispProtocolError extends Error {
  static {
    this.prototype.name = 'WispProtocolError'
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function text(bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new WispProtocolError(`${what} is not UTF-8`)
  }
}

// --- encoding ---

/** Writes the five bytes of a header at the start of `into`, for DATA whose payload is already there. */
export function writeHeader(into: Uint8Array, type: number, streamId: number): void {
  into[0] = type
  into[1] = streamId
  into[2] = streamId >>> 8
  into[3] = streamId >>> 16
  into[4] = streamId >>> 24
}

function packet(type: number, streamId: number, payloadBytes: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payloadBytes)
  writeHeader(bytes, type, streamId)
  return bytes
}

export function encodeConnect(streamId: number, streamType: number, host: string, port: number): Uint8Array {
  const name = encoder.encode(host)
  const bytes = packet(CONNECT, streamId, 3 + name.length)
  bytes[5] = streamType
  viewOf(bytes).setUint16(6, port, true)
  bytes.set(name, 8)
  return bytes
}

/** Copies `payload`. writeHeader() does without a copy. */
export function encodeData(streamId: number, payload: Uint8Array): Uint8Array {
  const bytes = packet(DATA, streamId, payload.length)
  bytes.set(payload, HEADER_BYTES)
  return bytes
}

export function encodeContinue(streamId: number, credit: number): Uint8Array {
  const bytes = packet(CONTINUE, streamId, 4)
  viewOf(bytes).setUint32(HEADER_BYTES, credit, true)
  return bytes
}

export function encodeClose(streamId: number, reason: number): Uint8Array {
  const bytes = packet(CLOSE, streamId, 1)
  bytes[HEADER_BYTES] = reason
  return bytes
}

export function encodeInfo(major: number, minor: number, extensions: readonly Extension[]): Uint8Array {
  const length = extensions.reduce((sum, { payload }) => sum + 5 + payload.length, 2)
  const bytes = packet(INFO, 0, length)
  bytes[5] = major
  bytes[6] = minor
  let at = 7
  for (const { id, payload } of extensions) {
    bytes[at] = id
    viewOf(bytes).setUint32(at + 1, payload.length, true)
    bytes.set(payload, at + 5)
    at += 5 + payload.length
  }
  return bytes
}

/** The inverse of decode(). */
export function encode(packet: Packet): Uint8Array {
  switch (packet.type) {
    case CONNECT:
      return encodeConnect(packet.streamId, packet.streamType, packet.host, packet.port)
    case DATA:
      return encodeData(packet.streamId, packet.payload)
    case CONTINUE:
      return encodeContinue(packet.streamId, packet.credit)
    case CLOSE:
      return encodeClose(packet.streamId, packet.reason)
    case INFO:
      return encodeInfo(packet.major, packet.minor, packet.extensions)
  }
}

// --- decoding ---

/**
 * Decodes one WebSocket message. The payload of DATA and those of INFO's extensions are views of `message`.
 * @throws WispProtocolError if it is no packet of Wisp.
 */
export function decode(message: Uint8Array): Packet {
  if (message.length < HEADER_BYTES)
    throw new WispProtocolError(`a packet of ${message.length} bytes is shorter than its header`)
  const view = viewOf(message)
  const type = message[0]!
  const streamId = view.getUint32(1, true)
  const payload = message.subarray(HEADER_BYTES)
  switch (type) {
    case CONNECT:
      return decodeConnect(streamId, payload, view)
    case DATA:
      if (streamId === 0) throw new WispProtocolError('DATA on stream 0')
      return { type, streamId, payload }
    case CONTINUE:
      expectLength('CONTINUE', payload, 4)
      return { type, streamId, credit: view.getUint32(HEADER_BYTES, true) }
    case CLOSE:
      expectLength('CLOSE', payload, 1)
      return { type, streamId, reason: payload[0]! }
    case INFO:
      if (streamId !== 0) throw new WispProtocolError(`INFO on stream ${streamId}`)
      return decodeInfo(payload)
    default:
      throw new WispProtocolError(`packet type 0x${type.toString(16).padStart(2, '0')} is unknown`)
  }
}

function expectLength(name: string, payload: Uint8Array, length: number): void {
  if (payload.length === length) return
  throw new WispProtocolError(`the payload of ${name} has ${payload.length} bytes instead of ${length}`)
}

function decodeConnect(streamId: number, payload: Uint8Array, view: DataView): ConnectPacket {
  if (streamId === 0) throw new WispProtocolError('CONNECT on stream 0')
  if (payload.length < 4) throw new WispProtocolError('CONNECT without a host')
  const host = text(payload.subarray(3), 'the host of CONNECT')
  return { type: CONNECT, streamId, streamType: payload[0]!, port: view.getUint16(HEADER_BYTES + 1, true), host }
}

function decodeInfo(payload: Uint8Array): InfoPacket {
  if (payload.length < 2) throw new WispProtocolError('INFO without a version')
  const view = viewOf(payload)
  const extensions: Extension[] = []
  const seen = new Set<number>()
  for (let at = 2; at < payload.length;) {
    if (payload.length - at < 5) throw new WispProtocolError('INFO ends within the head of an extension')
    const id = payload[at]!
    const length = view.getUint32(at + 1, true)
    const name = `extension 0x${id.toString(16).padStart(2, '0')} of INFO`
    if (length > payload.length - at - 5) throw new WispProtocolError(`${name} is longer than the packet`)
    if (seen.has(id)) throw new WispProtocolError(`${name} appears twice`)
    seen.add(id)
    extensions.push({ id, payload: payload.subarray(at + 5, at + 5 + length) })
    at += 5 + length
  }
  return { type: INFO, streamId: 0, major: payload[0]!, minor: payload[1]!, extensions }
}

// --- payloads of extensions ---

const NOTHING = new Uint8Array(0)

/** Both sides: UDP streams are possible. */
export const udpExtension: Extension = { id: ExtensionId.UDP, payload: NOTHING }
/** Both sides: the server sends CONTINUE for a stream once it is connected. */
export const openConfirmationExtension: Extension = { id: ExtensionId.OPEN_CONFIRMATION, payload: NOTHING }

/**
 * Credit for what the server sends. The server offers it without a payload. A client that accepts it says how many DATA
 * packets it takes on every stream at first (u32le), and sends CONTINUE for a stream to set that number anew. Without
 * credit the server sends no DATA on a stream, and stops reading its socket. UDP streams have no credit.
 */
export function flowControlExtension(credit?: number): Extension {
  if (credit === undefined) return { id: ExtensionId.FLOW_CONTROL, payload: NOTHING }
  const payload = new Uint8Array(4)
  viewOf(payload).setUint32(0, credit, true)
  return { id: ExtensionId.FLOW_CONTROL, payload }
}

/** Reads the first credit of every stream from a client's extension. */
export function readFlowControl(payload: Uint8Array): number {
  if (payload.length !== 4) throw new WispProtocolError('the flow control extension of a client is not four bytes')
  return viewOf(payload).getUint32(0, true)
}

/** Server: a message for people. */
export function motdExtension(message: string): Extension {
  return { id: ExtensionId.MOTD, payload: encoder.encode(message) }
}

export function readMotd(payload: Uint8Array): string {
  return text(payload, 'the message of the day')
}

/** Client: asks for the message of the day. */
export const wantsMotdExtension: Extension = { id: ExtensionId.MOTD, payload: NOTHING }

/** Server: takes a password, and with `required` only that. */
export function passwordOffer(required: boolean): Extension {
  return { id: ExtensionId.PASSWORD, payload: Uint8Array.of(required ? 1 : 0) }
}

export function readPasswordOffer(payload: Uint8Array): { required: boolean } {
  if (payload.length !== 1) throw new WispProtocolError('the password extension of a server is not one byte')
  return { required: payload[0] !== 0 }
}

export interface PasswordCredentials {
  user: string
  password: string
}

/** Client. `user` has at most 255 bytes. */
export function passwordCredentials({ user, password }: PasswordCredentials): Extension {
  const [name, secret] = [encoder.encode(user), encoder.encode(password)]
  if (name.length > 255) throw new RangeError('the user name of a Wisp client has at most 255 bytes')
  return { id: ExtensionId.PASSWORD, payload: Uint8Array.of(name.length, ...name, ...secret) }
}

/**
 * Reads the password to the end of the payload. Also reads the form of some deployed clients, in which a u16le before
 * the user is the length of the password.
 */
export function readPasswordCredentials(payload: Uint8Array): PasswordCredentials {
  const length = payload[0]
  if (length === undefined || length > payload.length - 1) {
    throw new WispProtocolError('the user name of the password extension is longer than the packet')
  }
  const counted = payload.length >= 3 && 3 + length + (payload[1]! | (payload[2]! << 8)) === payload.length
  const start = counted ? 3 : 1
  return {
    user: text(payload.subarray(start, start + length), 'the user name'),
    password: text(payload.subarray(start + length), 'the password'),
  }
}

/** The only algorithm of the key extension, as a bit in the server's mask and as the client's choice. */
export const ED25519 = 0x01
export const KEY_HASH_BYTES = 32

export interface KeyOffer {
  required: boolean
  /** A bit for each algorithm. */
  algorithms: number
  /** What the client signs. */
  challenge: Uint8Array
}

/** Server. */
export function keyOffer({ required, algorithms, challenge }: KeyOffer): Extension {
  return { id: ExtensionId.KEY, payload: Uint8Array.of(required ? 1 : 0, algorithms, ...challenge) }
}

export function readKeyOffer(payload: Uint8Array): KeyOffer {
  if (payload.length < 3) throw new WispProtocolError('the key extension of a server has no challenge')
  return { required: payload[0] !== 0, algorithms: payload[1]!, challenge: payload.subarray(2) }
}

export interface KeyCredentials {
  algorithm: number
  /** SHA-256 of the raw public key. */
  keyHash: Uint8Array
  signature: Uint8Array
}

/** Client. */
export function keyCredentials({ algorithm, keyHash, signature }: KeyCredentials): Extension {
  if (keyHash.length !== KEY_HASH_BYTES) throw new RangeError(`the hash of a key has ${KEY_HASH_BYTES} bytes`)
  return { id: ExtensionId.KEY, payload: Uint8Array.of(algorithm, ...keyHash, ...signature) }
}

export function readKeyCredentials(payload: Uint8Array): KeyCredentials {
  if (payload.length <= 1 + KEY_HASH_BYTES)
    throw new WispProtocolError('the key extension of a client has no signature')
  return {
    algorithm: payload[0]!,
    keyHash: payload.subarray(1, 1 + KEY_HASH_BYTES),
    signature: payload.subarray(1 + KEY_HASH_BYTES),
  }
}
