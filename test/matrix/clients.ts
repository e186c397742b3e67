// Makes a call of each API as an application does, and names its outcome.
import {
  CURL_WRITEFUNC_PAUSE,
  CurlError,
  Easy,
  Multi,
  Session,
  WebSocket,
  WebSocketError,
  WebSocketStream,
  connect,
  fetch,
  type FetchInit,
} from 'libcurl-wasm'
import { runTool } from 'libcurl-wasm/tool'
import type { Transport } from 'libcurl-wasm'
import { uploadSize, type Api, type Cell } from './axes.js'
import { Check, content, pieces } from './content.js'
import { bodySize } from './place.js'

export interface Call {
  cell: Cell
  host: string
  port: number
  /** '' for none. */
  proxy: string
  transport: Transport
  signal: AbortSignal
  /** To be called when the first bytes of the body have come. */
  began(): void
}

/**
 * 'ok' for a complete body, 'ok STATUS' for another status than 200, 'ended' for a connection with an orderly end,
 * 'aborted', 'left' by the reader, or the code of an error: CURLE_..., or a WebSocket's.
 */
export type Outcome = string

const isSecure = (cell: Cell): boolean => cell.protocol !== 'http'

/** Thrown when the caller itself ends a transfer. */
class Left extends Error {}

function nameOf(error: unknown, signal: AbortSignal): Outcome {
  if (error instanceof Left) return 'left'
  if (signal.aborted && (error === signal.reason || (error as Error)?.cause === signal.reason)) return 'aborted'
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof CurlError) return at.code
  // these errors are the package's, and not libcurl's
  if (/without a closing handshake|not closed cleanly/.test(String(error))) return 'no close frame'
  if (/is not a WebSocket handshake|(in the middle of|before) its answer/.test(String(error))) return 'no handshake'
  return `${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** Reads to the end in the way of the cell's reader. Throws the error of the stream. */
async function read(stream: ReadableStream<Uint8Array> | null, call: Call): Promise<Check> {
  const check = new Check()
  if (!stream) return check
  const reader = stream.getReader()
  const kind = call.cell.reader
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return check
    check.take(value)
    call.began()
    if (kind === 'gone') {
      await reader.cancel()
      throw new Left()
    }
    // then waits, and reading on must show the abort
    if (kind === 'stopped') await aborted(call.signal)
  }
}

function verdict(check: Check, call: Call, status = 200): Outcome {
  if (status !== 200) return `ok ${status}`
  if (check.wrong) return 'wrong bytes'
  const size = bodySize(call.cell.reader)
  return check.length === size ? 'ok' : `ok, with ${check.length} of ${size} bytes`
}

const url = ({ cell, host, port }: Call, scheme = 'http'): string =>
  `${scheme}${isSecure(cell) ? 's' : ''}://${host}:${port}/`

const TRUSTING = { SSL_VERIFYPEER: false, SSL_VERIFYHOST: 0 } as const

async function byFetch(call: Call, fetching: (url: string, init: FetchInit) => Promise<Response>): Promise<Outcome> {
  const size = uploadSize(call.cell.fault)
  const proxy = { PROXY: call.proxy, HTTPPROXYTUNNEL: call.proxy !== '' }
  const response = await fetching(url(call), {
    ...(size > 0 && { method: 'POST', body: Buffer.concat([...pieces(size)]) }),
    signal: call.signal,
    curl: { options: { ...TRUSTING, ...proxy } },
  })
  return verdict(await read(response.body, call), call, response.status)
}

/** A READFUNCTION for an upload of `size` bytes. */
function reader(size: number): (room: number) => Uint8Array {
  let at = 0
  return (room) => {
    const bytes = content(at, Math.min(room, size - at))
    at += bytes.length
    return bytes
  }
}

async function byEasy(call: Call): Promise<Outcome> {
  const [easy, multi, check] = [new Easy(), new Multi(), new Check()]
  const { cell, signal } = call
  const size = uploadSize(cell.fault)
  easy
    .setopt('URL', url(call))
    .setopt('PROXY', call.proxy)
    .setopt('HTTPPROXYTUNNEL', call.proxy !== '')
  easy.setopt('SUPPRESS_CONNECT_HEADERS', true)
  for (const [name, value] of Object.entries(TRUSTING)) easy.setopt(name as 'SSL_VERIFYHOST', Number(value))
  if (size > 0) {
    easy.setopt('UPLOAD', true).setopt('INFILESIZE_LARGE', size).setopt('READFUNCTION', reader(size))
    easy.setopt('HTTPHEADER', ['Expect:'])
  }
  easy.setopt('WRITEFUNCTION', (chunk) => {
    if (easy.getinfo('RESPONSE_CODE') !== 200) return
    call.began()
    if (cell.reader === 'stopped') return CURL_WRITEFUNC_PAUSE
    if (cell.reader === 'gone') throw new Left()
    check.take(chunk)
  })
  try {
    await multi.perform(easy, { signal })
    return verdict(check, call, easy.getinfo('RESPONSE_CODE') as number)
  } catch (error) {
    throw (error as Error).cause instanceof Left ? (error as Error).cause : error
  } finally {
    easy.close()
    multi.close()
  }
}

async function byTool(call: Call): Promise<Outcome> {
  const { cell, signal } = call
  const size = uploadSize(cell.fault)
  const check = new Check()
  let text = ''
  const stdout = new WritableStream<Uint8Array>({
    async write(chunk) {
      call.began()
      if (cell.reader === 'gone') throw new Left()
      if (cell.reader === 'stopped') await aborted(signal)
      else check.take(chunk)
    },
  })
  const stderr = new WritableStream<Uint8Array>({ write: (chunk) => void (text += Buffer.from(chunk)) })
  const source = pieces(size)
  const stdin = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = source.next()
      if (done) controller.close()
      else controller.enqueue(Buffer.from(value))
    },
  })
  const args = ['-sSk', '-N', '--http2', '-x', call.proxy, '-p', '-w', '%{stderr}%{response_code}', '-H', 'Expect:']
  if (call.proxy === '') args.splice(args.indexOf('-p'), 1)
  if (size > 0) args.push('-T', '-')
  const status = await runTool([...args, url(call)], {
    stdin,
    stdout,
    stderr,
    env: {},
    transport: call.transport,
    signal,
  })
  if (status === 130) return signal.aborted ? 'aborted' : 'interrupted'
  if (status === 0) return verdict(check, call, Number(/\d+$/.exec(text)?.[0]))
  if (cell.reader === 'gone' && status === 23) return 'left'
  return new CurlError(status, '').code
}

/** Uses a WebSocket, and takes its messages as one body. */
async function byWebSocket(call: Call): Promise<Outcome> {
  const { cell, proxy } = call
  const options = { tls: { verify: false }, ...(proxy && { proxy }), curl: { options: proxy ? {} : { PROXY: '' } } }
  if (cell.reader !== 'fast') return byWebSocketStream(call, options)
  const size = uploadSize(cell.fault)
  const check = new Check()
  const socket = new WebSocket(url(call, 'ws'), [], options)
  socket.binaryType = 'arraybuffer'
  let failure: unknown
  const abort = (): void => socket.close()
  call.signal.addEventListener('abort', abort)
  try {
    return await new Promise<Outcome>((resolve) => {
      socket.onopen = () => {
        if (size > 0) socket.send(Buffer.concat([...pieces(size)]))
      }
      socket.onmessage = ({ data }) => {
        check.take(new Uint8Array(data))
        call.began()
      }
      socket.onerror = (event) => (failure = (event as { error?: unknown }).error)
      socket.onclose = ({ code }) => {
        if (call.signal.aborted) resolve('aborted')
        else if (failure) resolve(nameOf(failure, call.signal))
        else resolve(code === 1000 ? verdict(check, call) : String(code))
      }
    })
  } finally {
    call.signal.removeEventListener('abort', abort)
  }
}

async function byWebSocketStream(call: Call, options: object): Promise<Outcome> {
  const stream = new WebSocketStream(url(call, 'ws'), { ...options, signal: call.signal })
  stream.closed.catch(() => {})
  const { readable } = await stream.opened
  const reader = readable.getReader()
  try {
    for (let first = true; ; first = false) {
      const { done } = await reader.read()
      if (done) return 'ok'
      call.began()
      if (call.cell.reader === 'gone') {
        await reader.cancel()
        await stream.closed.catch(() => {})
        throw new Left()
      }
      if (!first) continue
      await aborted(call.signal)
      stream.close()
      await stream.closed
      return 'aborted'
    }
  } catch (error) {
    if (error instanceof Left) throw error
    if (call.signal.aborted) return 'aborted'
    throw error instanceof WebSocketError && error.cause ? error.cause : error
  }
}

/** Sends a request of HTTP/1.1 by hand over connect(), and parses the response. */
async function byConnect(call: Call): Promise<Outcome> {
  const { cell, host, port, proxy, signal } = call
  const socket = connect({
    host,
    port,
    signal,
    tls: isSecure(cell) ? { verify: false } : false,
    proxy,
  })
  const size = uploadSize(cell.fault)
  const writing = (async () => {
    const writer = socket.writable.getWriter()
    await writer.write(`POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n`)
    for (const piece of pieces(size)) await writer.write(piece)
    writer.releaseLock()
  })()
  writing.catch(() => {})
  let head: string | null = ''
  let status = 200
  const bodies = new TransformStream<Uint8Array, Uint8Array>(
    {
      transform(chunk, controller) {
        if (head === null) return controller.enqueue(chunk)
        head += Buffer.from(chunk).toString('latin1')
        const end = head.indexOf('\r\n\r\n')
        if (end < 0) return
        const rest = head.length - end - 4
        status = Number(/\d{3}/.exec(head)?.[0])
        head = null
        if (rest > 0) controller.enqueue(chunk.subarray(chunk.length - rest))
      },
    },
    { highWaterMark: 1 },
    { highWaterMark: 0 },
  )
  const piped = socket.readable.pipeTo(bodies.writable)
  piped.catch(() => {})
  try {
    const check = await read(bodies.readable, call)
    await socket.closed
    if (status !== 200) return `ok ${status}`
    return check.wrong ? 'wrong bytes' : check.length === bodySize(cell.reader) ? 'ok' : 'ended'
  } catch (error) {
    // the pipe has cancelled the incoming stream, so end the outgoing one too
    if (error instanceof Left) await socket.close()
    throw error
  }
}

const CALLS: Record<Api, (call: Call) => Promise<Outcome>> = {
  fetch: (call) => byFetch(call, fetch),
  async Session(call) {
    const session = new Session()
    try {
      return await byFetch(call, (url, init) => session.fetch(url, init))
    } finally {
      await session.close()
    }
  },
  Easy: byEasy,
  runTool: byTool,
  WebSocket: byWebSocket,
  connect: byConnect,
}

/** Makes the call. Never rejects. */
export async function outcomeOf(call: Call): Promise<Outcome> {
  try {
    return await CALLS[call.cell.api](call)
  } catch (error) {
    return nameOf(error, call.signal)
  }
}
