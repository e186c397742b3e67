// The platform's Response, with what its constructor does not accept.
import type { BodyInit, ResponseType } from '../../shim/platform.js'
import { isHeader, responseHeaders } from '../http/headers.js'
import { lazy } from '../common/once.js'
import { Download } from './download.js'
import type { CurlInfo } from './info.js'
import type { Head } from './head.js'
import { isNetworkError, retraced } from './network-error.js'

/** A response of fetch(): the platform's Response, and what curl adds. */
export interface CurlResponse extends Response {
  /** Missing for data:, blob: and about:, whose responses come from the platform's fetch. */
  readonly curl: CurlInfo
  clone(): CurlResponse
}

/** What a response is made from. https://fetch.spec.whatwg.org/#concept-response */
export interface About {
  type: ResponseType
  url: string
  redirected: boolean
  head: Head
  curl: CurlInfo
  body: BodyState
}

/** The state of the body of a response. */
export interface BodyState {
  /** Set once it has failed. */
  readonly failure: { error: unknown } | null
  /** Set once its fetch was aborted. */
  readonly aborted: { reason: unknown } | null
  /** Set once all of it has come, as long as the stream has given nothing of it. Its buffer may be larger. */
  readonly whole: Uint8Array<ArrayBuffer> | null
}

/** Status texts that the constructor accepts. */
const REASON_PHRASE = /^[\t\x20-\x7e\x80-\xff]*$/

/** The part that https://fetch.spec.whatwg.org/#dom-response accepts. The getters below return the rest. */
function initOf({ head: { status, statusText, headers } }: About): ResponseInit {
  return {
    __proto__: null,
    status: status >= 200 && status <= 599 ? status : 200,
    statusText: REASON_PHRASE.test(statusText) ? statusText : '',
    headers: headers.filter(isHeader),
  } as ResponseInit
}

const decoder = new TextDecoder()

/** The bytes, in a buffer of exactly their size. Only asked for when needed: small arrays get a buffer by that. */
export function exact(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.buffer.byteLength === bytes.length ? bytes : bytes.slice()
}

async function parseJson(bytes: Uint8Array): Promise<unknown> {
  return JSON.parse(decoder.decode(bytes))
}

/**
 * Makes a response. Its class is made with the first one, because in Node the platform's takes 15 ms to load. With
 * `late` the stream of a body is only made when it is asked for: it costs more than all else of a small response, and
 * most callers only want the whole.
 */
export function makeResponse(body: BodyInit | Download | null, about: About, late = false): CurlResponse {
  const FetchResponse = responseClass()
  if (!(body instanceof Download)) return new FetchResponse(body, about)
  if (!late) return new FetchResponse(body.stream(), about)
  const response = new FetchResponse(body, about)
  body.heldBy(response)
  return response
}

/** A response that is the same, except for its body. It may be one of the platform's. */
export function withBody(response: Response, body: BodyInit): CurlResponse {
  return responseClass().withBody(response, body) as CurlResponse
}

/** Of a body that no transfer fills. */
const NO_TRANSFER: BodyState = { failure: null, aborted: null, whole: null }

const responseClass = lazy(() => {
  const platform = Response.prototype
  // Node 20 has no bytes()
  const readBytes = function (this: Response): Promise<Uint8Array<ArrayBuffer>> {
    return platform.arrayBuffer.call(this).then((buffer) => new Uint8Array(buffer))
  }
  // a platform's constructor may read these properties before #about is there
  return class FetchResponse extends Response implements CurlResponse {
    readonly #about: About
    /** The body, as long as there is no stream of it. */
    #late: Download | null
    /** It was read without a stream. */
    #used = false
    /** The platform's response that has the stream; null as long as there is none. */
    #holder: Response | null
    #headers: Headers | null = null
    /**
     * The platform's clone, set if another response reads the same body. It is kept because Node cancels both bodies
     * when it is collected.
     */
    #cloned: Response | null = null

    constructor(body: BodyInit | Download | null, about: About) {
      const late = body instanceof Download ? body : null
      super(late ? null : (body as BodyInit | null), late ? undefined : initOf(about))
      this.#about = about
      this.#late = late
      this.#holder = late ? null : this
    }

    static withBody(response: Response, body: BodyInit): Response {
      if (#about in response) return new FetchResponse(body, { ...response.#about, body: NO_TRANSFER })
      const { status, statusText, headers } = response
      return new Response(body, { status, statusText, headers })
    }

    /** The platform's response, which reads the stream. */
    #read(): Response {
      if (this.#holder) return this.#holder
      this.#holder = new Response(this.#late!.stream(), initOf(this.#about))
      this.#late = null
      // as after reading the body
      if (this.#used) void this.#holder.body!.getReader().cancel()
      return this.#holder
    }

    override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
      if (!(#about in this) || this.#holder === this) return super.body
      return this.#read().body
    }
    override get bodyUsed(): boolean {
      if (!(#about in this) || this.#holder === this) return super.bodyUsed
      return this.#used || (this.#holder?.bodyUsed ?? false)
    }

    override get type(): ResponseType {
      return #about in this ? this.#about.type : super.type
    }
    override get url(): string {
      return #about in this ? this.#about.url : super.url
    }
    override get redirected(): boolean {
      return #about in this ? this.#about.redirected : super.redirected
    }
    override get status(): number {
      return #about in this ? this.#about.head.status : super.status
    }
    override get ok(): boolean {
      return this.status >= 200 && this.status <= 299
    }
    override get statusText(): string {
      return #about in this ? this.#about.head.statusText : super.statusText
    }
    override get headers(): Headers {
      return #about in this ? (this.#headers ??= responseHeaders(this.#about.head.headers)) : super.headers
    }
    get curl(): CurlInfo {
      return this.#about.curl
    }
    override clone(): FetchResponse {
      const cloned = platform.clone.call(this.#read())
      const copy = new FetchResponse(cloned.body, this.#about)
      this.#cloned = copy.#cloned = cloned
      return copy
    }

    // not async, so that an aborted body rejects before anything else can happen
    override arrayBuffer(): Promise<ArrayBuffer> {
      const whole = this.#takeWhole()
      return whole ? Promise.resolve(exact(whole).buffer) : this.#consume(platform.arrayBuffer)
    }
    override blob(): Promise<Blob> {
      return this.#consume(platform.blob)
    }
    override bytes(): Promise<Uint8Array<ArrayBuffer>> {
      const whole = this.#takeWhole()
      return whole ? Promise.resolve(exact(whole)) : this.#consume(readBytes)
    }
    override formData(): Promise<FormData> {
      return this.#consume(platform.formData)
    }
    override json(): Promise<any> {
      const whole = this.#takeWhole()
      return whole ? parseJson(whole) : this.#consume(platform.json)
    }
    override text(): Promise<string> {
      const whole = this.#takeWhole()
      return whole ? Promise.resolve(decoder.decode(whole)) : this.#consume(platform.text)
    }

    /** Takes a body that has come whole past the stream, which costs a sixth of a small request. */
    #takeWhole(): Uint8Array<ArrayBuffer> | null {
      if (this.#late) {
        const whole = this.#used ? null : this.#about.body.whole
        if (!whole) return null
        this.#used = true
        this.#late.used()
        return whole
      }
      const { body } = this
      const whole = body?.locked === false && !this.#cloned ? this.#about.body.whole : null
      if (whole) void body!.getReader().cancel() // the stream stays locked, as after reading the body
      return whole
    }

    /** Rejects with the error of the stream, as the standard says. Chromium and Firefox have an error of their own. */
    #consume<T>(read: (this: Response) => Promise<T>): Promise<T> {
      const { body } = this.#about
      if (body.aborted) return Promise.reject(body.aborted.reason)
      const used = this.bodyUsed
      return read.call(this.#read()).catch((error: unknown) => {
        const failure = body.failure && !used ? body.failure.error : error
        throw isNetworkError(failure) ? retraced(failure) : failure
      })
    }
  }
})
