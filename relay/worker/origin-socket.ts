// A TCP connection to an origin, by cloudflare:sockets. The runtime says only in words why a connection cannot be made,
// so every such error counts as refused.
import { connect as open, type Socket } from 'cloudflare:sockets'
import { CloseReason, MAX_DATA_BYTES } from '../../shim/transports/relay.js'
import { HEADER_BYTES } from '../../shim/transports/wisp/protocol.js'
import type { Connect, OriginSocket, OriginSocketEvents } from '../core/origin-socket.js'
import { Refusal } from '../core/refusal.js'

/** How many bytes are written at once: between two writes it is known how many the kernel has taken. */
const WRITE_BYTES = 64 * 1024
const nothing = (): void => {}

export const connect: Connect = (address, port, settled) => new WorkerOriginSocket(address, port, settled)

class WorkerOriginSocket implements OriginSocket {
  address = ''
  finished = false
  ended = false
  taken = 0
  #socket: Socket | null = null
  #reader: ReadableStreamBYOBReader | null = null
  #writer: WritableStreamDefaultWriter<Uint8Array> | null = null
  #events: OriginSocketEvents | null = null
  #paused = false
  #resumed = nothing
  #over = false

  constructor(address: string, port: number, settled: (error: Error | null) => void) {
    // not before the caller has this object
    const failed = (error: Error): void =>
      queueMicrotask(() => settled(new Refusal(CloseReason.REFUSED, error.message)))
    try {
      this.#socket = open({ hostname: address.includes(':') ? `[${address}]` : address, port }, { allowHalfOpen: true })
    } catch (error) {
      failed(error as Error)
      return
    }
    this.#socket.closed.catch(nothing)
    this.#socket.opened.then(() => {
      this.address = address
      settled(null)
    }, failed)
  }

  listen(events: OriginSocketEvents): void {
    this.#events = events
    this.#reader = this.#socket!.readable.getReader({ mode: 'byob' })
    this.#writer = this.#socket!.writable.getWriter()
    this.#writer.closed.catch(nothing)
    this.#read(events).catch((error: Error) => this.#lost(error))
  }

  /** Reads until the end. Reports nothing while it is paused, even if a read was under way. */
  async #read(events: OriginSocketEvents): Promise<void> {
    let spare: ArrayBuffer | null = null
    for (;;) {
      while (this.#paused) await new Promise<void>((resolve) => (this.#resumed = resolve))
      if (this.#over) return
      const buffer: ArrayBuffer = spare ?? new ArrayBuffer(HEADER_BYTES + MAX_DATA_BYTES)
      const { done, value } = await this.#reader!.read(new Uint8Array(buffer, HEADER_BYTES))
      while (this.#paused) await new Promise<void>((resolve) => (this.#resumed = resolve))
      if (this.#over) return
      if (done) break
      const frame = new Uint8Array(value.buffer, 0, HEADER_BYTES + value.length)
      // a few bytes would hold the whole buffer until the client has them
      const small = value.length * 2 < MAX_DATA_BYTES
      spare = small ? (value.buffer as ArrayBuffer) : null
      if (!events.data(small ? frame.slice() : frame, nothing)) this.#paused = true
    }
    this.ended = true
    events.ended()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#resumed()
  }

  write(bytes: Uint8Array): boolean {
    this.#write(bytes).then(
      () => this.#over || this.#events!.drained(),
      (error: Error) => this.#lost(error),
    )
    return false
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#over; at += WRITE_BYTES) {
      const part = bytes.subarray(at, at + WRITE_BYTES)
      await this.#writer!.write(part)
      this.taken += part.length
    }
  }

  end(): void {
    this.#writer!.close().then(
      () => {
        if (this.#over) return
        this.finished = true
        this.#events!.finished()
      },
      (error: Error) => this.#lost(error),
    )
  }

  destroy(): void {
    this.#lost(new Error('closed'))
  }

  reset(): void {
    this.#writer?.abort(new Error('reset')).catch(nothing)
    this.#lost(new Error('reset'))
  }

  #lost(error: Error): void {
    if (this.#over) return
    this.#over = true
    this.resume()
    this.#reader?.cancel().catch(nothing)
    this.#socket?.close().catch(nothing)
    // not inside of the call that has caused it
    queueMicrotask(() => this.#events?.closed(error))
  }
}
