// The Worker of the WebSocket panel: makes one connection at a time, with libcurl through the relay. Another relay
// needs another Worker, because the module keeps its transport for life.
import init, * as curl from '../../../dist/ts/runtimes/browser/main.js'
import type { FrameKind, FromSocket, ToSocket } from './websocket-protocol.js'

/** How many bytes of a frame are sent to the page. */
const SHOWN = 64 * 1024
/** How long to wait before trying again to send, and for the peer to close after us, in milliseconds. */
const RETRY_MS = 5
const FAREWELL_MS = 2000

const FLAGS: Readonly<Record<FrameKind, number>> = {
  text: curl.CURLWS_TEXT,
  binary: curl.CURLWS_BINARY,
  ping: curl.CURLWS_PING,
  pong: curl.CURLWS_PONG,
  close: curl.CURLWS_CLOSE,
}

const port = globalThis as unknown as {
  postMessage(message: FromSocket): void
  onmessage: ((event: MessageEvent<ToSocket>) => void) | null
}
const post = (message: FromSocket): void => port.postMessage(message)
const decoder = new TextDecoder()

let multi: curl.Multi | null = null
let current: Socket | null = null

class Socket {
  readonly #easy = new curl.Easy()
  readonly #cut = new AbortController()
  readonly #headers: string[] = []
  /** The received part of the present frame. */
  #pieces: Uint8Array[] = []
  #size = 0
  #open = false
  /** Resolves when all frames so far are sent, because they are sent one after the other. */
  #sending: Promise<void> = Promise.resolve()

  constructor(url: string, subprotocols: readonly string[], ca: string | null) {
    const easy = this.#easy
    easy.setopt('URL', url)
    easy.setopt('PROTOCOLS_STR', 'ws,wss')
    if (ca) easy.setopt('CAINFO_BLOB', new TextEncoder().encode(ca))
    if (subprotocols.length > 0) easy.setopt('HTTPHEADER', [`Sec-WebSocket-Protocol: ${subprotocols.join(', ')}`])
    easy.setopt('VERBOSE', true)
    easy.setopt('DEBUGFUNCTION', (_, type, data) => {
      if (type === curl.CURLINFO_TEXT) post({ type: 'said', text: decoder.decode(data) })
      return 0
    })
    easy.setopt('HEADERFUNCTION', (line) => {
      this.#header(decoder.decode(line).trimEnd())
      return line.length
    })
    easy.setopt('WRITEFUNCTION', (chunk) => {
      this.#received(chunk)
      return chunk.length
    })
  }

  async perform(): Promise<void> {
    let error: { code: string; message: string } | null = null
    try {
      await multi!.perform(this.#easy, { signal: this.#cut.signal })
    } catch (problem) {
      const { code, message } = problem as curl.CurlError
      error = this.#cut.signal.aborted ? null : { code: code ?? 'error', message }
    }
    this.#open = false
    this.#easy.close()
    post({ type: 'closed', error })
  }

  #header(line: string): void {
    if (line !== '') return void this.#headers.push(line)
    // frames only follow a 101; after any other status libcurl fails
    if (!/^HTTP\/\S+ 101/.test(this.#headers[0] ?? '')) return void this.#headers.splice(0)
    this.#open = true
    const protocol = this.#headers.find((header) => /^sec-websocket-protocol:/i.test(header))
    post({
      type: 'open',
      subprotocol: protocol?.slice(protocol.indexOf(':') + 1).trim() ?? null,
      headers: this.#headers,
    })
  }

  #received(chunk: Uint8Array): void {
    const meta = this.#easy.wsMeta()
    if (!meta) return
    if (this.#size < SHOWN) this.#pieces.push(chunk.slice(0, SHOWN - this.#size))
    this.#size += chunk.length
    if (meta.bytesleft > 0) return
    const bytes = joined(this.#pieces)
    post({
      type: 'frame',
      direction: 'in',
      kind: kindOf(meta.flags),
      final: !(meta.flags & curl.CURLWS_CONT),
      size: this.#size,
      bytes,
    })
    this.#pieces = []
    this.#size = 0
    if (meta.flags & curl.CURLWS_CLOSE) setTimeout(() => this.cut(), FAREWELL_MS)
  }

  send(kind: FrameKind, payload: Uint8Array): void {
    this.#sending = this.#sending
      .then(() => this.#send(kind, payload))
      .catch((error: Error) => post({ type: 'refused', message: error.message }))
  }

  async #send(kind: FrameKind, payload: Uint8Array): Promise<void> {
    for (let sent = 0; ;) {
      if (!this.#open) throw new Error('the connection is not open')
      try {
        sent += this.#easy.wsSend(payload.subarray(sent), FLAGS[kind])
        if (sent >= payload.length) break
      } catch (error) {
        if ((error as curl.CurlError).code !== 'CURLE_AGAIN') throw error
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
    post({ type: 'frame', direction: 'out', kind, final: true, size: payload.length, bytes: payload.slice(0, SHOWN) })
    if (kind === 'close') setTimeout(() => this.cut(), FAREWELL_MS)
  }

  cut(): void {
    this.#cut.abort()
  }
}

function kindOf(flags: number): FrameKind {
  return (Object.keys(FLAGS) as FrameKind[]).find((kind) => flags & FLAGS[kind]) ?? 'binary'
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

async function connect({ url, relay, ca, subprotocols }: Extract<ToSocket, { type: 'connect' }>): Promise<void> {
  try {
    await init({ transport: curl.wispTransport({ url: relay }) })
    const { default: certificates } = await import('../../../dist/cacert.inline.js')
    const bundle = ca === null ? null : `${ca.trim()}\n${certificates}`
    multi ??= new curl.Multi()
    current = new Socket(url, subprotocols, bundle)
  } catch (error) {
    return post({
      type: 'closed',
      error: { code: (error as curl.CurlError).code ?? '', message: (error as Error).message },
    })
  }
  post({ type: 'connecting' })
  await current.perform()
  current = null
}

port.onmessage = ({ data }) => {
  if (data.type === 'connect') void connect(data)
  else if (data.type === 'send') current?.send(data.kind, data.payload)
  else current?.cut()
}
