// The error for a response with an error status, if a session throws such. It keeps the beginning of the body, and
// nothing of the connection: an error that is caught and dropped must not occupy one.
import { networkError } from '../fetch/network-error.js'
import { withBody, type CurlResponse } from '../fetch/response.js'
import { join } from '../../shim/bytes.js'

/** The most bytes of a body that are kept. */
const KEPT_BYTES = 64 * 1024
/** The most milliseconds that the body is waited for. */
const KEPT_MS = 3000
const EXCERPT_CHARACTERS = 1000

/** A response had an error status. */
export class HttpError extends Error {
  static {
    this.prototype.name = 'HttpError'
  }
  readonly #response: CurlResponse
  /**
   * The beginning of the body as text, at most 1,000 characters. '' if there is none, or if a hook has read it.
   */
  readonly excerpt: string

  /** @internal */
  constructor(message: string, response: CurlResponse, excerpt: string) {
    super(message)
    this.#response = response
    this.excerpt = excerpt
  }

  /**
   * The response. Its body was received before the error was made: up to 64 KiB, within 3 seconds. If there is more,
   * reading the body fails after that.
   */
  get response(): CurlResponse {
    return this.#response
  }
}

interface Kept {
  bytes: Uint8Array<ArrayBuffer>
  /** Why there is no more of the body; null if that is all. */
  missing: unknown
}

/** Reads the beginning of a body. What is not read is cancelled. Never rejects. */
async function keep(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Kept> {
  const reader = body.getReader()
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  let missing: unknown = null
  const stop = (why: string): void => {
    missing = networkError(new Error(`an HttpError does not have the whole body, because it ${why}`))
    reader.cancel(missing).catch(() => {})
  }
  const timer = setTimeout(stop, KEPT_MS, `took more than ${KEPT_MS} ms`)
  try {
    while (missing === null) {
      const { done, value } = await reader.read()
      if (done) break
      chunks.push(value)
      size += value.length
      if (size > KEPT_BYTES) stop(`is longer than ${KEPT_BYTES} bytes`)
    }
  } catch (error) {
    missing ??= error
  } finally {
    clearTimeout(timer)
  }
  const bytes = join(chunks, size)
  return { bytes: size > KEPT_BYTES ? bytes.slice(0, KEPT_BYTES) : bytes, missing }
}

/** A body that ends too early. */
function cutOff({ bytes, missing }: Kept): ReadableStream<Uint8Array<ArrayBuffer>> {
  let given = bytes.length === 0
  return new ReadableStream(
    {
      pull(controller) {
        if (given) return controller.error(missing)
        given = true
        controller.enqueue(bytes)
      },
    },
    { highWaterMark: 0 },
  )
}

/** Without credentials, query and fragment, which may be secret. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}

/** Makes the error of a response, whose body is read for it. `url` is for a response that has none. */
export async function httpError(response: Response, method: string, url: string): Promise<HttpError> {
  const { status, statusText, body, bodyUsed } = response
  const message = `${method} ${shown(response.url || url)}: ${`${status} ${statusText}`.trim()}`
  if (!body || bodyUsed || body.locked) return new HttpError(message, response as CurlResponse, '')
  const kept = await keep(body)
  const excerpt = new TextDecoder().decode(kept.bytes.subarray(0, 4 * EXCERPT_CHARACTERS)).slice(0, EXCERPT_CHARACTERS)
  return new HttpError(message, withBody(response, kept.missing === null ? kept.bytes : cutOff(kept)), excerpt)
}
