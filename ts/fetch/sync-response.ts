// The response of fetchSync(): as the standard's, except that its body is there, and is read without a promise.
import { responseHeaders } from '../http/headers.js'
import type { ResponseType } from '../../shim/platform.js'
import type { CurlInfo } from './info.js'
import { exact, type About } from './response.js'

const decoder = new TextDecoder()

/** https://fetch.spec.whatwg.org/#response-class */
export class SyncResponse {
  readonly #about: About
  /** null if there is no body. */
  readonly #bytes: Uint8Array<ArrayBuffer> | null
  #headers: Headers | null = null
  #used = false

  /** @internal */
  constructor(bytes: Uint8Array<ArrayBuffer> | null, about: About) {
    this.#bytes = bytes
    this.#about = about
  }

  get type(): ResponseType {
    return this.#about.type
  }
  get url(): string {
    return this.#about.url
  }
  get redirected(): boolean {
    return this.#about.redirected
  }
  get status(): number {
    return this.#about.head.status
  }
  get ok(): boolean {
    return this.status >= 200 && this.status <= 299
  }
  get statusText(): string {
    return this.#about.head.statusText
  }
  get headers(): Headers {
    return (this.#headers ??= responseHeaders(this.#about.head.headers))
  }
  /** What curl knows about it. `trailers` and `finished` are promises, as for fetch(). */
  get curl(): CurlInfo {
    return this.#about.curl
  }
  /** Whether the body was read. As with fetch(), that is possible once. */
  get bodyUsed(): boolean {
    return this.#used
  }

  /** @throws TypeError if the body was read already */
  clone(): SyncResponse {
    if (this.#used) throw new TypeError('the body of the response was used already')
    return new SyncResponse(this.#bytes && this.#bytes.slice(), this.#about)
  }

  /** @throws TypeError if the body was read already, as the four others */
  text(): string {
    return decoder.decode(this.#take())
  }
  /** @throws SyntaxError if the body is not JSON */
  json(): any {
    return JSON.parse(this.text())
  }
  bytes(): Uint8Array<ArrayBuffer> {
    return exact(this.#take())
  }
  arrayBuffer(): ArrayBuffer {
    return this.bytes().buffer
  }
  /** Its type is that of the header Content-Type. */
  blob(): Blob {
    return new Blob([this.#take()], { type: this.headers.get('content-type') ?? '' })
  }

  #take(): Uint8Array<ArrayBuffer> {
    if (this.#used) throw new TypeError('the body of the response was used already')
    this.#used = this.#bytes !== null
    return this.#bytes ?? new Uint8Array(0)
  }
}
