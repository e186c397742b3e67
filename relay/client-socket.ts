// The WebSocket of a client, as ws makes it, with two things more. ws reports that a connection closes when all is over: that
// may be as late as the client likes, and what is read for it meanwhile would be read for nobody. And it does not report
// what it holds of a message that has not come whole.
import { WebSocket } from 'ws'
import { OBJECT_COST } from './queue.js'

/** What ws keeps for itself: pieces as the network brought them, not read yet, and the fragments of a message. */
interface Receiver {
  _buffers?: readonly Uint8Array[]
  _bufferedBytes?: number
  _fragments?: readonly Uint8Array[]
}

const none: readonly Uint8Array[] = []

/** Emits 'closing', once, with the close code, or with undefined if there is none. */
export class ClientSocket extends WebSocket {
  /** What the relay calls, and ws itself as soon as the client's Close has come, or a frame that is none. */
  override close(code?: number, reason?: string | Buffer): void {
    const first = this.readyState === WebSocket.OPEN
    super.close(code, reason)
    if (first) this.emit('closing', code)
  }

  /**
   * What it costs to hold what has come of an unfinished message, in bytes. A fragment, and the first piece that is not
   * read yet, keep all that was read together with them.
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
