// The WebSocket of a client, as ws makes it, but for one event more. ws says that a connection closes when all is over: that
// may be as late as the client likes, and what is read for it meanwhile would be read for nobody.
import { WebSocket } from 'ws'

/** Emits 'closing', once, with the close code, or with undefined if there is none. */
export class ClientSocket extends WebSocket {
  /** What the relay calls, and ws itself as soon as the client's Close has come, or a frame that is none. */
  override close(code?: number, reason?: string | Buffer): void {
    const first = this.readyState === WebSocket.OPEN
    super.close(code, reason)
    if (first) this.emit('closing', code)
  }
}
