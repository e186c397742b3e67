// One instance of curl.wasm (C side: wasm/src/libcurl/libcurl.c): its exports, its host, and its handles.
//
// The package has one instance, made by init(); handles get it from current(). The class is internal to the package.
import type { WasmImports, WasmInstance } from '../../shim/platform.js'
import { Host, type HostOptions } from '../../shim/host.js'
import { easyCallbackImports } from './callbacks.js'
import { Closers } from './closers.js'
import { CURLE_FAILED_INIT, CURLE_OUT_OF_MEMORY } from './constants.gen.js'
import type { Easy } from './easy.js'
import { CurlError } from './errors.js'
import { idleImports } from './idle.js'
import { mimeImports, type MimeSource } from './mime.js'
import { multiCallbackImports } from './multi-callbacks.js'
import type { Multi } from './multi.js'
import { sessionImports } from './ssls.js'
import type { EasyPtr, Exports, MultiPtr, Ptr, SlistPtr, StringPtr } from './wasm-exports.js'

const encoder = new TextEncoder()
/** A string has fewer units than that. */
const SHORT_STRING = 1024
/** The most bytes of UTF-8 that a unit of a string takes. */
const MOST_UTF8 = 3

/** An option of an easy handle, from libcurl's own table. `type` is one of CURLOT_*. */
export interface EasyOption {
  name: string
  id: number
  type: number
}

/** Handles by their pointer. They are held weakly, so that a warning can say which were not closed. */
class Handles<P extends number, H extends object> {
  #handles = new Map<P, WeakRef<H>>()
  add(pointer: P, handle: H): void {
    this.#handles.set(pointer, new WeakRef(handle))
  }
  get(pointer: P): H | undefined {
    return this.#handles.get(pointer)?.deref()
  }
  delete(pointer: P): void {
    this.#handles.delete(pointer)
  }
  all(): H[] {
    return [...this.#handles.values()].flatMap((handle) => handle.deref() ?? [])
  }
  get size(): number {
    return this.#handles.size
  }
}

/** Exports that only free something: they do nothing once the module has trapped. */
const FREEING = /free|cleanup|close|remove_handle/

/** Wraps the exports, so that `libcurl` learns of a trap, and no call enters the module after it. */
function guarded(libcurl: Libcurl, exports: object): Exports {
  const entries = (Object.entries(exports) as [string, unknown][]).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value]
    const call = value as (...args: unknown[]) => unknown
    const frees = FREEING.test(name)
    // six arguments are the most that an export has; a rest parameter would cost more than the call
    const guard = (a: unknown, b: unknown, c: unknown, d: unknown, e: unknown, f: unknown): unknown => {
      if (libcurl.trapped) {
        if (frees) return 0
        throw libcurl.trapped
      }
      try {
        return call(a, b, c, d, e, f)
      } catch (error) {
        throw libcurl.trap(error)
      }
    }
    return [name, guard]
  })
  return Object.fromEntries(entries) as Exports
}

export class Libcurl {
  readonly exports: Exports
  readonly host: Host
  #result = 0 as Ptr
  /** Room for a short string, which takes less time than memory of its own; and whether it is in use. */
  #short = 0 as Ptr
  #writing = false
  readonly easies = new Handles<EasyPtr, Easy>()
  readonly multis = new Handles<MultiPtr, Multi>()
  readonly closers = new Closers()
  /** The sources of parts of multipart bodies, by a number that libcurl passes back. */
  readonly mimeSources = new Map<number, MimeSource>()
  #lastMimeSource = 0
  /** How many callbacks of the application are running. While there are any, libcurl must not be entered. */
  callbackDepth = 0
  readonly #options = new Map<string | number, EasyOption>()

  /** The error of all calls once the module has trapped. */
  trapped: CurlError | null = null
  /** Listeners for a trap, besides the multi handles. */
  readonly onTrap = new Set<(error: CurlError) => void>()

  private constructor(host: Host, exports: object) {
    this.host = host
    this.exports = guarded(this, exports)
  }

  /**
   * Ends the instance after an export has thrown, because its memory may be inconsistent. Returns the callers' error.
   */
  trap(cause: unknown): CurlError {
    if (this.trapped) return this.trapped
    const message = `the module has failed, and init() makes a new one: ${cause instanceof Error ? cause.message : cause}`
    this.trapped = new CurlError(CURLE_FAILED_INIT, message, { cause })
    if (instance === this) instance = null
    queueMicrotask(this.#breakDown) // after the caller of the export has returned
    return this.trapped
  }

  #breakDown = (): void => {
    const error = this.trapped!
    for (const multi of this.multis.all()) multi.breakDown(error)
    for (const tell of [...this.onTrap]) tell(error)
    this.host.close()
  }

  static #imports(host: Host, instance: () => Libcurl): WasmImports {
    const libcurl = {
      ...easyCallbackImports(instance),
      ...multiCallbackImports(instance),
      ...mimeImports(instance),
      ...sessionImports(instance),
      ...idleImports(instance),
    }
    return { ...host.imports(), libcurl: libcurl as unknown as WasmImports[string] }
  }

  /**
   * Makes what an instance needs besides its module, which can still be loading. `enter` makes a Libcurl of the instance
   * that has these imports.
   */
  static prepare(options: HostOptions): { imports: WasmImports; enter: (instance: WasmInstance) => Libcurl } {
    const host = new Host(options)
    let libcurl: Libcurl
    return {
      imports: Libcurl.#imports(host, () => libcurl),
      enter: (instance) => (libcurl = Libcurl.#enter(host, instance)),
    }
  }

  static #enter(host: Host, instance: WasmInstance): Libcurl {
    const libcurl = new Libcurl(host, instance.exports)
    const { exports } = libcurl
    host.attach(exports.memory)
    exports._initialize()
    const result = exports.global_init()
    if (result !== 0) throw new CurlError(result, `curl_global_init failed: ${libcurl.easyStrerror(result)}`)
    return libcurl
  }

  /** Registers a source, and returns its number. */
  addMimeSource(source: MimeSource): number {
    this.mimeSources.set(++this.#lastMimeSource, source)
    return this.#lastMimeSource
  }

  /** Allocates memory of the module. Throws CurlError (CURLE_OUT_OF_MEMORY). */
  allocate(size: number): Ptr {
    const at = this.exports.malloc(size)
    if (at === 0) throw new CurlError(CURLE_OUT_OF_MEMORY, `out of memory: ${size} bytes`)
    return at
  }

  /** Copies bytes into the module and runs `use` on them. */
  withBytes<T>(bytes: Uint8Array, use: (at: Ptr) => T): T {
    const at = this.allocate(Math.max(1, bytes.length))
    try {
      this.host.memory.bytes.set(bytes, at)
      return use(at)
    } finally {
      this.exports.free(at)
    }
  }

  /** Copies text into the module as a C string and runs `use` on it. Text that is not UTF-8 is passed as bytes. */
  withString<T>(text: string | Uint8Array, use: (at: StringPtr) => T): T {
    const isText = typeof text === 'string'
    if (text.length >= SHORT_STRING || this.#writing) {
      const bytes = isText ? encoder.encode(`${text}\0`) : new Uint8Array(text.length + 1)
      if (!isText) bytes.set(text)
      return this.withBytes(bytes, (at) => use(at as StringPtr))
    }
    const at = (this.#short ||= this.allocate(MOST_UTF8 * SHORT_STRING))
    const room = this.host.memory.slice(at, MOST_UTF8 * SHORT_STRING)
    if (!isText) room.set(text)
    room[isText ? encoder.encodeInto(text, room).written : text.length] = 0
    this.#writing = true
    try {
      return use(at as StringPtr)
    } finally {
      this.#writing = false
    }
  }

  /** Room for a result of 8 bytes. It has to be read before the module is entered again. */
  get result(): Ptr {
    return (this.#result ||= this.allocate(8))
  }

  /** Runs `use` with `size` bytes of memory for results. */
  withSpace<T>(size: number, use: (at: Ptr) => T): T {
    const at = this.allocate(size)
    try {
      return use(at)
    } finally {
      this.exports.free(at)
    }
  }

  /** The C string at `at`, or null for a NULL pointer. */
  string(at: number): string | null {
    return at === 0 ? null : this.host.memory.string(at)
  }

  /** Makes a curl_slist, 0 for an empty list. The caller frees it. */
  makeSlist(texts: readonly (string | Uint8Array)[]): SlistPtr {
    let list = 0 as SlistPtr
    for (const text of texts) {
      const longer = this.withString(text, (at) => this.exports.curl_slist_append(list, at))
      if (longer === 0) {
        this.exports.curl_slist_free_all(list)
        throw new CurlError(CURLE_OUT_OF_MEMORY, 'curl_slist_append: out of memory')
      }
      list = longer
    }
    return list
  }

  easyStrerror(code: number): string {
    return this.string(this.exports.curl_easy_strerror(code))!
  }

  /** The option that has this name, without 'CURLOPT_', or this number. Each is read when it is first used. */
  option(which: string | number): EasyOption | null {
    const known = this.#options.get(which)
    if (known) return known
    const { exports } = this
    const at =
      typeof which === 'number'
        ? exports.curl_easy_option_by_id(which)
        : this.withString(which, (name) => exports.curl_easy_option_by_name(name))
    if (at === 0) return null
    const name = this.string(exports.option_name(at))!
    const id = exports.option_id(at)
    // libcurl ignores the case of a name, and WebAssembly converts every number to an integer
    if (which !== (typeof which === 'string' ? name : id)) return null
    const option = exports.option_is_alias(at) ? this.option(id)! : { name, id, type: exports.option_type(at) }
    this.#options.set(which, option)
    return option
  }

  /** Runs a callback of the application, and counts it, so that libcurl is not entered meanwhile. */
  inCallback<T>(run: () => T): T {
    this.callbackDepth++
    try {
      return run()
    } finally {
      this.callbackDepth--
    }
  }
}

let instance: Libcurl | null = null

/** The instance that handles are made in. Throws if init() has not finished. */
export function current(): Libcurl {
  if (!instance) throw new Error('libcurl-wasm is not initialised: call init() and wait for it, or initSync(), first')
  return instance
}

export function setCurrent(libcurl: Libcurl): void {
  instance = libcurl
}

export function hasCurrent(): boolean {
  return instance !== null
}

/** libcurl's version and those of the libraries in it. @see curl_version(3) */
export function version(): string {
  const libcurl = current()
  return libcurl.string(libcurl.exports.curl_version())!
}

/** The names of all of libcurl's options for easy handles, without 'CURLOPT_'. @see curl_easy_option_next(3) */
export function optionNames(): string[] {
  const libcurl = current()
  const { exports } = libcurl
  const names: string[] = []
  for (let at = exports.curl_easy_option_next(0); at !== 0; at = exports.curl_easy_option_next(at))
    names.push(libcurl.string(exports.option_name(at))!)
  return names
}

/**
 * Sets what VERBOSE shows about libcurl's inner components: 'tls,http/2,-dns', for example. Throws CurlError.
 * @see curl_global_trace(3)
 */
export function globalTrace(config: string): void {
  const libcurl = current()
  const result = libcurl.withString(config, (at) => libcurl.exports.curl_global_trace(at))
  if (result !== 0) throw new CurlError(result, `curl_global_trace('${config}'): ${libcurl.easyStrerror(result)}`)
}
