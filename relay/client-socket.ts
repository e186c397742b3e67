// The WebSocket of a client, which adds two things to that of ws. ws reports a close only when the connection has
// ended. The client decides when that is, and meanwhile the relay would read for it in vain. And ws does not report how
// much it holds of an unfinished message.
import { WebSocket } from 'ws'
import { OBJECT_COST } from './queue.js'

/** Internals of ws: pieces from the network that are not parsed yet, and the fragments of a message. */
interface Receiver {
  _buffers?: readonly Uint8Array[]
  _bufferedBytes?: number
  _fragments?: readonly Uint8Array[]
}

const none: readonly Uint8Array[] = []

/** Emits 'closing' once, with the close code, or with undefined if there is none. */
export class ClientSocket extends WebSocket {
  /** The relay calls this, and ws itself as soon as a Close or an invalid frame of the client has arrived. */
  override close(code?: number, reason?: string | Buffer): void {
    const first = this.readyState === WebSocket.OPEN
    super.close(code, reason)
    if (first) this.emit('closing', code)
  }

  /**
   * What it costs to hold an unfinished message, in bytes. A fragment, and the first unparsed piece, keep everything
   * that was read together with them.
   */
  get held(): number {
    const receiver = (this as unknown as { _receiver?: Receiver })._receiver
    const { _buffers: pieces = none, _bufferedBytes: bytes = 0, _fragments: fragments = none } = receiver ?? {}
    let cost = pieces.length * OBJECT_COST
    if (pieces.length > 0) cost += bytes + pieces[0]!.byteOffset
    let last: ArrayBufferLike | null = null
    for (const { buffer } of fragments) {
      cost += OBJECT_COST + (buffer === last ? 0 : buffer.byteLength)
      last = buffer
    }
    return cost
  }
}
