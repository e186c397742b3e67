// The messages between the WebSocket panel and its Worker.

export type FrameKind = 'text' | 'binary' | 'ping' | 'pong' | 'close'

export type ToSocket =
  | { type: 'connect'; url: string; relay: string; ca: string | null; subprotocols: string[] }
  /** The payload of a close frame begins with its code, in two bytes. */
  | { type: 'send'; kind: FrameKind; payload: Uint8Array }
  /** Breaks the connection without a close frame. */
  | { type: 'cut' }

export type FromSocket =
  /** The module is loaded, and the connection is being made. */
  | { type: 'connecting' }
  | { type: 'open'; subprotocol: string | null; headers: string[] }
  /** A frame was received or sent. It has the size and the first bytes. */
  | { type: 'frame'; direction: 'in' | 'out'; kind: FrameKind; final: boolean; size: number; bytes: Uint8Array }
  /** A text of libcurl's trace. */
  | { type: 'said'; text: string }
  /** `error` is null after an orderly end. */
  | { type: 'closed'; error: { code: string; message: string } | null }
  /** A frame could not be sent. */
  | { type: 'refused'; message: string }
