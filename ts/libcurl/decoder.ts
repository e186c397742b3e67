// Content codings (C side: wasm/src/libcurl/decoder.c): decodes on demand, a block at a time, so that decoded bytes
// never pile up, however many a few coded bytes become.
import { CURLE_BAD_CONTENT_ENCODING, CURLE_OUT_OF_MEMORY } from './constants.gen.js'
import { CurlError } from './errors.js'
import type { Ptr } from './wasm-exports.js'
import { current, type Libcurl } from './libcurl.js'

/** The codings by their names in Content-Encoding; 0 changes nothing. */
const CODINGS: Readonly<Record<string, number>> = {
  identity: 0,
  none: 0,
  gzip: 1,
  'x-gzip': 1,
  deflate: 2,
  br: 3,
  zstd: 4,
}
const CODING_BITS = 4
/** The most codings that libcurl undoes. */
const MAX_CODINGS = 5
const NO_MEMORY = -1

function undecodable(message: string): CurlError {
  return new CurlError(CURLE_BAD_CONTENT_ENCODING, message)
}

/**
 * The codings that Content-Encoding lists, in the order in which they are undone. @throws CurlError for too many
 * https://www.rfc-editor.org/rfc/rfc9110#section-8.4
 */
export function readCodings(list: string): string[] {
  const names = list
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length > MAX_CODINGS)
    throw undecodable(`the response has ${names.length} content codings, of which at most ${MAX_CODINGS} are undone`)
  return names.reverse().filter((name) => CODINGS[name] !== 0)
}

interface Held {
  readonly libcurl: Libcurl
  readonly pointer: Ptr
}

/** Frees the decoder of a body that is collected before it is read to its end. */
const dropped = new FinalizationRegistry<Held>(({ libcurl, pointer }) => libcurl.exports.decoder_free(pointer))

export class Decoder {
  readonly #libcurl = current()
  #pointer: Ptr

  /** @throws CurlError for a coding that is not known */
  constructor(codings: readonly string[]) {
    let numbers = 0
    for (const [i, name] of codings.entries()) {
      if (!Object.hasOwn(CODINGS, name)) throw undecodable(`the content coding '${name}' is not known`)
      numbers |= CODINGS[name]! << (i * CODING_BITS)
    }
    this.#pointer = this.#allocated(this.#libcurl.exports.decoder_new(numbers))
    dropped.register(this, { libcurl: this.#libcurl, pointer: this.#pointer }, this)
  }

  #allocated(at: Ptr): Ptr {
    if (at === 0) throw new CurlError(CURLE_OUT_OF_MEMORY, 'out of memory for a content coding')
    return at
  }

  /** Takes coded bytes. To be called only when drain() has returned null. */
  feed(bytes: Uint8Array): void {
    const at = this.#allocated(this.#libcurl.exports.decoder_feed(this.#pointer, bytes.length))
    this.#libcurl.host.memory.bytes.set(bytes, at)
  }

  /** The next decoded bytes, at most 64 KB; null if more coded bytes are needed. @throws CurlError for invalid data */
  drain(): Uint8Array<ArrayBuffer> | null {
    const { exports, host } = this.#libcurl
    const length = exports.decoder_drain(this.#pointer)
    if (length > 0) return host.memory.copy(exports.decoder_output(), length)
    if (length === 0) return null
    if (length === NO_MEMORY) this.#allocated(0)
    throw undecodable(`the body is not coded as Content-Encoding says: ${this.#reason()}`)
  }

  #reason(): string {
    return this.#libcurl.string(this.#libcurl.exports.decoder_error(this.#pointer)) ?? 'invalid data'
  }

  /** Whether all bytes were decoded, and the data may end here. */
  get isComplete(): boolean {
    return this.#libcurl.exports.decoder_is_complete(this.#pointer) !== 0
  }

  /** @throws CurlError if the data is incomplete */
  end(): void {
    if (!this.isComplete) throw undecodable('the coded body stops short of its end')
  }

  close(): void {
    if (this.#pointer === 0) return
    dropped.unregister(this)
    this.#libcurl.exports.decoder_free(this.#pointer)
    this.#pointer = 0
  }
}
