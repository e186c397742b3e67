// The platform's Response, with what its constructor cannot be told.
import { ResponseHeaders, type RawHeader } from './headers.js'
import type { CurlInfo } from './info.js'

/** A response of fetch(): the platform's, and what curl adds. */
export interface CurlResponse extends Response {
  /** Of data:, blob: and about: there is none, because these come from the platform's fetch. */
  readonly curl: CurlInfo
  clone(): CurlResponse
}

/** What is told about a response. https://fetch.spec.whatwg.org/#concept-response */
export interface About {
  type: ResponseType
  url: string
  redirected: boolean
  status: number
  statusText: string
  headers: readonly RawHeader[]
  curl: CurlInfo
}

/** What the constructor takes. */
const REASON_PHRASE = /^[\t\x20-\x7e\x80-\xff]*$/

/** https://fetch.spec.whatwg.org/#dom-response for what it takes; the getters below tell the rest. */
function initOf({ status, statusText }: About, headers: Headers): ResponseInit {
  return {
    __proto__: null,
    status: status >= 200 && status <= 599 ? status : 200,
    statusText: REASON_PHRASE.test(statusText) ? statusText : '',
    headers,
  } as ResponseInit
}

/** Platforms may read these properties while they construct it, when there is nothing of ours yet. */
export class FetchResponse extends Response implements CurlResponse {
  readonly #about: About
  readonly #headers: Headers

  constructor(body: BodyInit | null, about: About) {
    const headers = new ResponseHeaders(about.headers)
    super(body, initOf(about, headers))
    this.#about = about
    this.#headers = headers
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
    return #about in this ? this.#about.status : super.status
  }
  override get ok(): boolean {
    return this.status >= 200 && this.status <= 299
  }
  override get statusText(): string {
    return #about in this ? this.#about.statusText : super.statusText
  }
  override get headers(): Headers {
    return #headers in this ? this.#headers : super.headers
  }
  get curl(): CurlInfo {
    return this.#about.curl
  }
  override clone(): FetchResponse {
    return new FetchResponse(super.clone().body, this.#about)
  }
}
