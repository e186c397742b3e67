// wsproxy: a WebSocket is one TCP connection, and its messages are the bytes. There is no status channel, so our close
// code says how it ended (see wsproxyCode() in shim/transports/relay.ts). The widely used proxies do not say it.
import { HEADER_BYTES } from '../../shim/transports/wisp/protocol.js'
import { HIGH_WATER_MARK, type Source } from './client-channel.js'
import { streamRecord, type Client, type StreamRecord } from './client.js'
import { Origin, type OriginEvents } from './origin.js'
import { Refusal, refusalOf } from './refusal.js'
import type { Session } from './wisp.js'
import { CloseReason, closeReasonText, wsproxyCode } from '../../shim/transports/relay.js'

export interface Target {
  host: string
  port: number
}

/** Host and port of the path "/prefix/host:port", or null. An IPv6 address is in brackets. */
export function targetOf(path: string): Target | null {
  const match = /\/([^/]+):(\d{1,5})$/.exec(path)
  if (!match) return null
  try {
    return { host: decodeURIComponent(match[1]!), port: Number(match[2]) }
  } catch {
    return null
  }
}

export class WsproxySession implements Session, Source, OriginEvents {
  #client: Client
  #record: StreamRecord
  #origin: Origin | null = null
  #closed = false
  #waiting = 0

  constructor(client: Client, { host, port }: Target) {
    this.#client = client
    this.#record = streamRecord('tcp', host, port)
    client.channel.spend(0) // its address may be in debt
    try {
      this.#origin = new Origin(host, port, client.admitSocket(), client, this)
    } catch (error) {
      this.failed(refusalOf(error))
    }
  }

  get idle(): boolean {
    return this.#closed
  }

  // --- from the client ---

  message(bytes: Uint8Array, isBinary: boolean): void {
    if (this.#closed || !this.#origin) return
    if (!isBinary) {
      this.#origin.reset()
      return this.failed(new Refusal(CloseReason.INVALID, 'a text message instead of bytes'))
    }
    if (bytes.length === 0) return
    const { channel, metrics } = this.#client
    channel.spend(bytes.length)
    this.#waiting += bytes.length
    try {
      this.#origin.write(bytes)
    } catch (error) {
      this.#origin.reset()
      return this.failed(refusalOf(error))
    }
    this.#record.up += bytes.length
    metrics.up += bytes.length
    if (this.#waiting > HIGH_WATER_MARK) channel.hold('input')
  }

  exceeded(refusal: Refusal): void {
    this.#origin?.reset()
    this.failed(refusal)
  }

  disconnected(inOrder: boolean): void {
    if (this.#closed) return
    this.#close(inOrder ? CloseReason.VOLUNTARY : CloseReason.NETWORK_ERROR, 'the client has disconnected', true)
    if (inOrder) this.#origin?.end()
    else this.#origin?.reset()
  }

  // --- from the origin ---

  opened(address: string): void {
    this.#record.address = address
    if (!this.#client.channel.full || this.#closed) return
    this.#origin!.pause()
    this.#client.channel.wait(this)
  }

  data(frame: Uint8Array, done: () => void): boolean {
    const { channel, metrics } = this.#client
    const bytes = frame.subarray(HEADER_BYTES)
    this.#record.down += bytes.length
    metrics.down += bytes.length
    channel.spend(bytes.length)
    channel.send(bytes, done)
    return channel.mayGoOn(this, bytes.length)
  }

  resume(): void {
    this.#origin?.resume()
  }

  ended(): void {
    this.failed(new Refusal(CloseReason.VOLUNTARY, 'the origin has closed the connection'))
  }

  failed({ reason, message }: Refusal): void {
    if (this.#closed) return
    this.#close(reason, message, false)
    this.#client.channel.close(wsproxyCode(reason), closeReasonText(reason))
  }

  written(bytes: number): void {
    this.#waiting -= bytes
    if (this.#waiting < HIGH_WATER_MARK / 2) this.#client.channel.release('input')
  }

  gone(): void {
    this.#client.socketGone()
  }

  // --- the end ---

  #close(reason: number, detail: string, byClient: boolean): void {
    this.#closed = true
    this.#client.channel.forget(this)
    this.#client.streamEnded(this.#record, reason, detail, byClient)
  }

  sweep(deadline: number): void {
    if (this.#closed || !this.#origin || this.#origin.active > deadline) return
    this.#origin.reset()
    this.failed(new Refusal(CloseReason.TRANSFER_TIMEOUT, 'no data in either direction'))
  }

  shutdown(): void {
    if (this.#closed) return
    this.#origin?.reset()
    this.failed(new Refusal(CloseReason.NETWORK_ERROR, 'the relay is shutting down'))
  }
}
