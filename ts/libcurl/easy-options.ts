// The options of an easy handle: sets each by the type that libcurl's own table has for it, and keeps what libcurl needs
// afterwards.
//
// libcurl copies strings and blobs. Of lists, parts of MIMEPOST and the like it has a pointer, so their memory is freed
// when the option is set again, or when the handle ends. Callbacks and their user data stay here: libcurl gets a C
// function for each (wasm/src/libcurl/callbacks.c), which calls callbacks.ts.
import type { CallbackName, EasyCallbacks } from './callback-types.js'
import * as c from './constants.gen.js'
import { DESCRIPTOR_CALLBACKS, isOfDescriptors, reading, writing, type DescriptorCallbacks } from './descriptor-data.js'
import type { Easy } from './easy.js'
import { CurlError } from './errors.js'
import type { EasyOption, Libcurl } from './libcurl.js'
import { Mime, type MimePart } from './mime.js'
import {
  CURLOPT_CONNECT_ONLY,
  CURLOPT_COPYPOSTFIELDS,
  CURLOPT_HEADERFUNCTION,
  CURLOPT_MIMEPOST,
  CURLOPT_POSTFIELDSIZE,
  CURLOPT_POSTFIELDSIZE_LARGE,
} from './numbers.gen.js'
import { toBytes, toLong, toOffT, toText, toTexts, wrongType } from './option-values.js'
import { Share } from './share.js'
import { makeUrl } from './url.js'
import type { Ptr } from './wasm-exports.js'

/** The callbacks to which each *DATA option belongs. */
const DATA_OPTIONS: Readonly<Record<string, readonly CallbackName[]>> = {
  WRITEDATA: ['WRITEFUNCTION'],
  HEADERDATA: ['HEADERFUNCTION'],
  INTERLEAVEDATA: ['INTERLEAVEFUNCTION'],
  READDATA: ['READFUNCTION'],
  SEEKDATA: ['SEEKFUNCTION'],
  IOCTLDATA: ['IOCTLFUNCTION'],
  DEBUGDATA: ['DEBUGFUNCTION'],
  XFERINFODATA: ['PROGRESSFUNCTION', 'XFERINFOFUNCTION'],
  SOCKOPTDATA: ['SOCKOPTFUNCTION'],
  OPENSOCKETDATA: ['OPENSOCKETFUNCTION'],
  CLOSESOCKETDATA: ['CLOSESOCKETFUNCTION'],
  PREREQDATA: ['PREREQFUNCTION'],
  RESOLVER_START_DATA: ['RESOLVER_START_FUNCTION'],
  CHUNK_DATA: ['CHUNK_BGN_FUNCTION', 'CHUNK_END_FUNCTION'],
  FNMATCH_DATA: ['FNMATCH_FUNCTION'],
  TRAILERDATA: ['TRAILERFUNCTION'],
  HSTSREADDATA: ['HSTSREADFUNCTION'],
  HSTSWRITEDATA: ['HSTSWRITEFUNCTION'],
  SSH_KEYDATA: ['SSH_KEYFUNCTION'],
  SSH_HOSTKEYDATA: ['SSH_HOSTKEYFUNCTION'],
}

/** Finds an option by name, by full name ('CURLOPT_URL'), or by number. Throws CurlError (CURLE_UNKNOWN_OPTION). */
export function findOption(libcurl: Libcurl, option: string | number): EasyOption {
  const found = libcurl.option(
    typeof option === 'string' && option.startsWith('CURLOPT_') ? option.slice('CURLOPT_'.length) : option,
  )
  if (found) return found
  throw new CurlError(
    c.CURLE_UNKNOWN_OPTION,
    `libcurl has no option ${typeof option === 'number' ? option : `'${option}'`}`,
  )
}

/** Memory that libcurl keeps a pointer to. It is freed when the last handle that uses it releases it. */
class Kept {
  #users = 1
  constructor(private readonly free: () => void) {}
  use(): this {
    this.#users++
    return this
  }
  release(): void {
    if (--this.#users === 0) this.free()
  }
}

/** libcurl's result, and memory that has to live as long as the option is set. */
interface Outcome {
  result: number
  kept?: Kept
}

export class HandleOptions {
  readonly #libcurl: Libcurl
  readonly #easy: Easy
  readonly callbacks = new Map<CallbackName, EasyCallbacks[CallbackName]>()
  readonly userdata = new Map<CallbackName, unknown>()
  /** Those that read and write a descriptor, where the application has none of its own. */
  #ofDescriptors: DescriptorCallbacks | null = null
  /** The value of PRIVATE. */
  private: unknown
  /** CONNECT_ONLY is set. */
  connectsOnly = false
  /** Memory that libcurl has pointers to, by option. */
  readonly #kept = new Map<number, Kept>()
  /** Memory of options that were set again during a transfer: libcurl may still be using it. */
  readonly #replaced: Kept[] = []
  /** The parts of MIMEPOST, as they were given and as libcurl has them. */
  #mime: { parts: readonly MimePart[]; mime: Mime } | null = null
  /** The value of POSTFIELDS, and POSTFIELDSIZE: how many bytes of it are sent, -1 for all. */
  #post: Uint8Array | null = null
  #postSize = -1

  constructor(libcurl: Libcurl, easy: Easy) {
    this.#libcurl = libcurl
    this.#easy = easy
  }

  /** What Easy.setopt() does. */
  set(option: string | number, value: unknown): void {
    const found = findOption(this.#libcurl, option)
    const { result, kept } = this.#setByType(found, value)
    if (result !== c.CURLE_OK) {
      kept?.release()
      throw new CurlError(result, `setopt(${found.name}): ${this.#libcurl.easyStrerror(result)}`)
    }
    this.#keep(found.id, kept)
    if (found.id === CURLOPT_CONNECT_ONLY) this.connectsOnly = Number(value) !== 0
    if (found.id === CURLOPT_POSTFIELDSIZE || found.id === CURLOPT_POSTFIELDSIZE_LARGE) this.#setPostSize(Number(value))
  }

  #setByType(option: EasyOption, value: unknown): Outcome {
    const libcurl = this.#libcurl
    const { exports } = libcurl
    const { id, name } = option
    const easy = this.#easy.pointer
    const none = value === null || value === undefined
    switch (option.type) {
      case c.CURLOT_LONG:
      case c.CURLOT_VALUES:
        return { result: exports.easy_setopt_long(easy, id, toLong(name, value)) }
      case c.CURLOT_OFF_T:
        return { result: exports.easy_setopt_off_t(easy, id, toOffT(name, value)) }
      case c.CURLOT_STRING: {
        if (none) return { result: exports.easy_setopt_pointer(easy, id, 0) }
        const text = value instanceof URL ? value.href : value instanceof Uint8Array ? value : toText(name, value)
        return { result: libcurl.withString(text, (at) => exports.easy_setopt_pointer(easy, id, at)) }
      }
      case c.CURLOT_SLIST: {
        const list = libcurl.makeSlist(none ? [] : toTexts(name, value))
        const kept = new Kept(() => exports.curl_slist_free_all(list))
        return { result: exports.easy_setopt_pointer(easy, id, list), kept }
      }
      case c.CURLOT_BLOB: {
        if (none) return { result: exports.easy_setopt_pointer(easy, id, 0) }
        const bytes = toBytes(name, value)
        return { result: libcurl.withBytes(bytes, (at) => exports.easy_setopt_blob(easy, id, at, bytes.length)) }
      }
      case c.CURLOT_FUNCTION:
        return { result: this.#setCallback(option, value) }
      case c.CURLOT_CBPTR:
        return { result: this.#setUserdata(name, value) }
      default:
        return this.#setObject(option, value)
    }
  }

  // --- callbacks ---

  #setCallback(option: EasyOption, value: unknown): number {
    const name = option.name as CallbackName
    if (value !== null && value !== undefined && typeof value !== 'function')
      throw wrongType(name, 'a function or null', value)
    const callback = (value ?? null) as EasyCallbacks[CallbackName] | null
    const closer = name === 'CLOSESOCKETFUNCTION' ? (callback as EasyCallbacks['CLOSESOCKETFUNCTION'] | null) : null
    const pointer = closer ? this.#addCloser(closer) : this.#easy.pointer
    const result = this.#libcurl.exports.easy_setopt_callback(this.#easy.pointer, option.id, callback ? pointer : 0)
    if (result !== c.CURLE_OK) return result
    if (callback) this.callbacks.set(name, callback)
    else this.callbacks.delete(name)
    if (this.#ofDescriptors && isOfDescriptors(name)) this.#installForDescriptors()
    return result
  }

  /** What Easy.readHeads() does. */
  readHeads(read: EasyCallbacks['HEADERFUNCTION'], most: number): Ptr {
    const { exports } = this.#libcurl
    const heads = exports.heads_read(this.#easy.pointer, Math.min(most, 2 ** 31 - 1))
    if (heads === 0) throw new CurlError(c.CURLE_OUT_OF_MEMORY, 'out of memory')
    this.#keep(CURLOPT_HEADERFUNCTION, new Kept(() => exports.heads_free(heads)))
    this.callbacks.set('HEADERFUNCTION', read)
    return heads
  }

  /** The function of a callback option. */
  callback(name: CallbackName): EasyCallbacks[CallbackName] | undefined {
    const callback = this.callbacks.get(name)
    if (callback || !isOfDescriptors(name)) return callback
    // what the application reads itself cannot be sought in a descriptor
    if (name === 'SEEKFUNCTION' && this.callbacks.has('READFUNCTION')) return undefined
    return this.#ofDescriptors?.[name]
  }

  /** Tells libcurl which of the callbacks there are that can be of a descriptor. */
  #installForDescriptors(): void {
    const easy = this.#easy.pointer
    for (const [name, id] of DESCRIPTOR_CALLBACKS)
      this.#libcurl.exports.easy_setopt_callback(easy, id, this.callback(name) ? easy : 0)
  }

  /** Registers the callback with the instance, because a connection may close after this handle. */
  #addCloser(callback: EasyCallbacks['CLOSESOCKETFUNCTION']): number {
    return this.#libcurl.closers.add(callback, this.userdata.get('CLOSESOCKETFUNCTION'))
  }

  #setUserdata(name: string, value: unknown): number {
    const callbacks = DATA_OPTIONS[name]
    // SSL_CTX_DATA belongs to a callback that no build has
    if (!callbacks) return c.CURLE_UNKNOWN_OPTION
    for (const callback of callbacks) this.userdata.set(callback, value)
    const of = name === 'READDATA' ? reading : name === 'WRITEDATA' ? writing : null
    if (of && (typeof value === 'number' || this.#ofDescriptors)) {
      Object.assign((this.#ofDescriptors ??= {}), of(this.#libcurl.host, typeof value === 'number' ? value : null))
      this.#installForDescriptors()
    }
    const closer = this.callbacks.get('CLOSESOCKETFUNCTION')
    if (name === 'CLOSESOCKETDATA' && closer) this.set('CLOSESOCKETFUNCTION', closer)
    return c.CURLE_OK
  }

  // --- objects ---

  #setObject(option: EasyOption, value: unknown): Outcome {
    const libcurl = this.#libcurl
    const { exports } = libcurl
    const { id, name } = option
    const easy = this.#easy.pointer
    const setPointer = (at: Ptr): number => exports.easy_setopt_pointer(easy, id, at)
    const none = value === null || value === undefined
    switch (name) {
      case 'PRIVATE':
        this.private = value
        return { result: c.CURLE_OK }

      case 'POSTFIELDS':
      case 'COPYPOSTFIELDS': {
        if (!none) return { result: this.#setPost(toBytes(name, value)) }
        this.#post = null
        exports.easy_setopt_off_t(easy, CURLOPT_POSTFIELDSIZE_LARGE, this.#postSize)
        return { result: setPointer(0) }
      }

      case 'SHARE':
        if (!none && !(value instanceof Share)) throw wrongType(name, 'a Share or null', value)
        return { result: setPointer(none ? 0 : value.pointer) }

      case 'STREAM_DEPENDS':
      case 'STREAM_DEPENDS_E': {
        if (none) return { result: setPointer(0) }
        const { pointer } = value as Easy
        if (libcurl.easies.get(pointer) !== value) throw wrongType(name, 'an Easy or null', value)
        return { result: setPointer(pointer) }
      }

      case 'MIMEPOST': {
        if (none) {
          this.#mime = null
          return { result: setPointer(0) }
        }
        const mime = new Mime(libcurl, this.#easy, value, name)
        const result = setPointer(mime.pointer)
        if (result === c.CURLE_OK) this.#mime = { parts: value as readonly MimePart[], mime }
        return { result, kept: new Kept(() => mime.free()) }
      }

      case 'CURLU': {
        if (none) return { result: setPointer(0) }
        const url = makeUrl(libcurl, value, c.CURLU_NON_SUPPORT_SCHEME, 'setopt(CURLU)')
        return { result: setPointer(url), kept: new Kept(() => exports.curl_url_cleanup(url)) }
      }

      case 'STDERR': {
        if (none) return { result: setPointer(0) }
        const file = libcurl.withString(toText(name, value), (at) => exports.file_open(at))
        if (file === 0) throw new CurlError(c.CURLE_WRITE_ERROR, `setopt(STDERR): cannot open ${value}`)
        return { result: setPointer(file), kept: new Kept(() => exports.file_close(file)) }
      }

      case 'ERRORBUFFER':
        throw new CurlError(
          c.CURLE_UNKNOWN_OPTION,
          'setopt(ERRORBUFFER): the message of the CurlError is what libcurl writes there',
        )

      case 'HTTPPOST':
        throw new CurlError(
          c.CURLE_UNKNOWN_OPTION,
          'setopt(HTTPPOST): deprecated in libcurl since 7.56.0, use MIMEPOST',
        )

      default:
        return { result: c.CURLE_UNKNOWN_OPTION }
    }
  }

  /** Notes the size, and sets POSTFIELDS again: libcurl drops its copy if that is shorter than the new size. */
  #setPostSize(size: number): void {
    this.#postSize = size
    if (this.#post && size <= this.#post.length) this.#setPost(this.#post)
    else this.#post = null
  }

  /** Sets the size first, because libcurl copies that many bytes. It always copies: `bytes` is not in its memory. */
  #setPost(bytes: Uint8Array): number {
    const { exports } = this.#libcurl
    const size = this.#postSize < 0 ? bytes.length : this.#postSize
    if (size > bytes.length)
      throw new RangeError(`POSTFIELDS takes at least the ${size} bytes that POSTFIELDSIZE has, not ${bytes.length}`)
    this.#post = bytes
    const easy = this.#easy.pointer
    return (
      exports.easy_setopt_off_t(easy, CURLOPT_POSTFIELDSIZE_LARGE, size) ||
      this.#libcurl.withBytes(bytes, (at) => exports.easy_setopt_pointer(easy, CURLOPT_COPYPOSTFIELDS, at))
    )
  }

  // --- for how long memory is kept ---

  /** Holds the memory that an option needs now, and releases what it needed before. */
  #keep(id: number, kept: Kept | undefined): void {
    const before = this.#kept.get(id)
    if (kept) this.#kept.set(id, kept)
    else this.#kept.delete(id)
    if (before && this.#easy.multi) this.#replaced.push(before)
    else before?.release()
  }

  /** Frees the memory of options that were replaced during the transfer. */
  releaseReplaced(): void {
    for (const kept of this.#replaced.splice(0)) kept.release()
  }

  /** Frees all memory, because libcurl has ended the handle. */
  release(): void {
    for (const kept of this.#kept.values()) kept.release()
    this.releaseReplaced()
  }

  /** Stops reading what the parts of MIMEPOST were sending, because the transfer is over. */
  endTransfer(reason: unknown): void {
    this.#mime?.mime.rest(reason)
  }

  /** Forgets everything, after curl_easy_reset(). */
  reset(): void {
    this.callbacks.clear()
    this.userdata.clear()
    this.#ofDescriptors = null
    this.private = undefined
    this.connectsOnly = false
    this.#post = null
    this.#postSize = -1
    this.#mime = null
    this.#replaced.push(...this.#kept.values())
    this.#kept.clear()
    if (!this.#easy.multi) this.releaseReplaced()
  }

  /** Reads the Blobs of MIMEPOST. @throws TypeError if there is a stream, or a Blob that cannot be read */
  readBlobs(read: (blob: Blob) => Uint8Array<ArrayBuffer>): void {
    this.#mime?.mime.readNow(read)
  }

  /** The parts of MIMEPOST that have Blobs or streams, which only this handle can read; null for others. */
  get partsToRead(): readonly MimePart[] | null {
    return this.#mime?.mime.hasSources ? this.#mime.parts : null
  }

  /** Takes over the options of a handle that libcurl has copied to this one. */
  takeOver(from: HandleOptions): void {
    for (const [name, value] of from.userdata) this.userdata.set(name, value)
    this.private = from.private
    this.connectsOnly = from.connectsOnly
    this.#post = from.#post
    this.#postSize = from.#postSize
    for (const [id, kept] of from.#kept) {
      // libcurl has copied the MIME parts, and shares everything else
      if (id !== CURLOPT_MIMEPOST) this.#kept.set(id, kept.use())
    }
    for (const [name, callback] of from.callbacks) this.set(name, callback)
    this.#ofDescriptors = from.#ofDescriptors && { ...from.#ofDescriptors }
    this.#installForDescriptors()
    // libcurl's copy of the parts would read the sources of the other handle
    if (from.partsToRead) this.set('MIMEPOST', null)
  }
}
