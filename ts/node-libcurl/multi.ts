// node-libcurl's Multi over this package's. A handle stays in it after its transfer, until removeHandle().
import { reportLater } from '../common/exceptions.js'
import { CURL_PUSH_DENY, CURL_PUSH_OK } from '../libcurl/constants.gen.js'
import { CurlMultiError as OurMultiError, type CurlError } from '../libcurl/errors.js'
import type { Easy as Handle } from '../libcurl/easy.js'
import { Multi as OurMulti } from '../libcurl/multi.js'
import { multiStrerror } from '../libcurl/strerror.js'
import { CurlCode, CurlMultiCode } from './codes.gen.js'
import { adopt, Easy, handleOf, setMulti } from './easy.js'
import type { CurlPipe, CurlPush } from './enums.js'
import { CurlMultiError, requestError, type CurlEasyError } from './errors.js'
import { multiOptionName, type MultiOptionName } from './options.js'
import { started } from './start.js'

export interface MultiOptions {
  /** Accepted, and without an effect: this Multi is always told when a transfer has ended. */
  shouldUseNotificationsApi?: boolean
}

/** The headers of a stream that an HTTP/2 server pushes. */
export interface Http2PushFrameHeaders {
  getByName(name: string): string | null
  getByIndex(index: number): string | null
  numberOfHeaders: number
}

type Push = (parent: Easy, duplicatedHandle: Easy, pushFrameHeaders: Http2PushFrameHeaders) => CurlPush

/** How a transfer has ended. */
export interface Outcome {
  code: CurlCode
  /** undefined for a success. */
  error?: CurlEasyError
  /** The exception of a callback, if that has ended the transfer. */
  fault?: unknown
}

function pushHeaders(lines: string[]): Http2PushFrameHeaders {
  return {
    numberOfHeaders: lines.length,
    getByIndex: (index) => lines[index] ?? null,
    getByName(name) {
      const line = lines.find((header) => header.startsWith(`${name}:`))
      return line === undefined ? null : line.slice(name.length + 1)
    },
  }
}

/** Starts a transfer of an Easy in a Multi. @throws CurlMultiError @internal */
export let run: (multi: Multi, easy: Easy, ended: (outcome: Outcome) => void) => void

/** Ends a transfer as if a callback had thrown `reason`. Does nothing if it has ended. @internal */
export let abort: (multi: Multi, easy: Easy, reason: unknown) => void

/** Whether the module has trapped since. @internal */
export let isBroken: (multi: Multi) => boolean

export class Multi {
  readonly #handle: OurMulti
  /** The handles in it, by those of this package. */
  readonly #easies = new Map<Handle, Easy>()
  #onMessage: ((error: Error, easyHandle: Easy, errorCode: CurlCode) => void) | null = null
  #open = true

  static {
    run = (multi, easy, ended) => multi.#run(easy, ended, false)
    abort = (multi, easy, reason) => multi.#abort(easy, reason)
    isBroken = (multi) => multi.#handle.broken !== null
  }

  constructor(_options?: MultiOptions) {
    started()
    this.#handle = new OurMulti()
  }

  get #working(): OurMulti {
    if (!this.#open) throw new CurlMultiError('Multi handle is closed', CurlMultiCode.CURLM_BAD_HANDLE)
    return this.#handle
  }

  /** Calls one of this package's handle, and throws what node-libcurl throws. */
  #call(what: string, call: (multi: OurMulti) => void): CurlMultiCode {
    const multi = this.#working
    try {
      call(multi)
      return CurlMultiCode.CURLM_OK
    } catch (error) {
      if (!(error instanceof OurMultiError)) throw error
      throw new CurlMultiError(`${what}: ${error.message}`, error.number, { cause: error })
    }
  }

  #handleOf(easy: unknown): Handle {
    if (!(easy instanceof Easy))
      throw new CurlMultiError('Argument must be an Easy instance', CurlMultiCode.CURLM_BAD_FUNCTION_ARGUMENT)
    if (!easy.isOpen) throw new CurlMultiError('Easy handle is closed or invalid', CurlMultiCode.CURLM_BAD_EASY_HANDLE)
    return handleOf(easy)
  }

  // --- transfers ---

  /**
   * Adds a handle, whose transfer starts. The promise resolves with the handle, which stays in, and rejects with a
   * CurlEasyError. @throws CurlMultiError @see curl_multi_add_handle(3)
   */
  perform(handle: Easy): Promise<Easy> {
    let ended: (outcome: Outcome) => void
    const performed = new Promise<Easy>((resolve, reject) => {
      ended = ({ error }) => (error ? reject(error) : resolve(handle))
    })
    this.#run(handle, ended!, true)
    return performed
  }

  /** Adds a handle, whose transfer starts: onMessage() gets its result. @throws CurlMultiError */
  addHandle(handle: Easy): CurlMultiCode {
    this.#run(handle, (outcome) => this.#report(handle, outcome), true)
    return CurlMultiCode.CURLM_OK
  }

  #report(easy: Easy, { code, error, fault }: Outcome): void {
    try {
      this.#onMessage?.((fault ?? error ?? null) as Error, easy, code)
    } catch (exception) {
      reportLater(exception)
    }
  }

  /** Starts a transfer, after this call has returned. `ended` is called once. Only if it `stays`, the handle is in then. */
  #run(easy: Easy, ended: (outcome: Outcome) => void, stays: boolean): void {
    const multi = this.#working
    const handle = this.#handleOf(easy)
    if (easy.isInsideMultiHandle)
      throw new CurlMultiError('Easy handle is already inside a multi handle', CurlMultiCode.CURLM_ADDED_ALREADY)
    // a connection that perform() has left is of no use here
    handle.multi?.cancel(handle)
    this.#call('Could not add easy handle to the multi handle', () => multi.add(handle))
    this.#wait(easy, handle, ended, stays)
  }

  #wait(easy: Easy, handle: Handle, ended: (outcome: Outcome) => void, stays: boolean): void {
    this.#easies.set(handle, easy)
    setMulti(easy, this)
    const end = (outcome: Outcome): void => {
      if (!stays) this.#forget(easy, handle)
      ended(outcome)
    }
    this.#handle.transfers.wait(handle, {
      resolve: () => end({ code: CurlCode.CURLE_OK }),
      reject: (detail) => {
        const { fault } = handle
        const code = (detail as CurlError).number
        end({ code, error: requestError(code, detail, fault), fault })
      },
      release: () => {},
      ...(stays && { stays: 'always' }),
    })
  }

  #abort(easy: Easy, reason: unknown): void {
    if (!this.#open || !easy.isInsideMultiHandle) return
    // libcurl cannot be entered from inside one of its callbacks
    if (started().callbackDepth > 0) return queueMicrotask(() => this.#abort(easy, reason))
    const handle = handleOf(easy)
    handle.fault ??= reason
    this.#handle.cancel(handle, reason)
    this.#forget(easy, handle)
  }

  /** Removes a handle. If its transfer has not ended, that ends with an error. @see curl_multi_remove_handle(3) */
  removeHandle(handle: Easy): CurlMultiCode {
    const removed = this.#handleOf(handle)
    this.#call('Could not remove easy handle from multi handle', (multi) => multi.remove(removed))
    this.#forget(handle, removed)
    return CurlMultiCode.CURLM_OK
  }

  #forget(easy: Easy, handle: Handle): void {
    if (!this.#easies.delete(handle)) return
    setMulti(easy, null)
  }

  /**
   * Sets what is called when a transfer of addHandle() has ended: with null or an error, the handle, and its result.
   * null removes it.
   */
  onMessage(cb: ((error: Error, easyHandle: Easy, errorCode: CurlCode) => void) | null): this {
    if (cb === undefined)
      throw new CurlMultiError('You must specify the callback function.', CurlMultiCode.CURLM_BAD_FUNCTION_ARGUMENT)
    if (cb !== null && typeof cb !== 'function')
      throw new CurlMultiError('Invalid callback given.', CurlMultiCode.CURLM_BAD_FUNCTION_ARGUMENT)
    this.#onMessage = cb
    return this
  }

  /** How many handles are in it. */
  getCount(): number {
    void this.#working
    return this.#easies.size
  }

  // --- options ---

  /** Sets an option, by name or by number. @throws CurlMultiError @see curl_multi_setopt(3) */
  setOpt(option: 'PIPELINING', value: CurlPipe): CurlMultiCode
  setOpt(option: 'PUSHFUNCTION', value: Push | null): CurlMultiCode
  setOpt(option: Exclude<MultiOptionName, 'PIPELINING' | 'PUSHFUNCTION'>, value: number): CurlMultiCode
  setOpt(which: string | number, value: unknown): CurlMultiCode {
    const multi = this.#working
    if (arguments.length < 2) throw new TypeError('Wrong number of arguments')
    const name = multiOptionName(which)
    if (name === undefined) return CurlMultiCode.CURLM_UNKNOWN_OPTION
    const refuse = (what: string): never => {
      throw new CurlMultiError(`${name}: ${what}`, CurlMultiCode.CURLM_BAD_FUNCTION_ARGUMENT)
    }
    if (/DATA$|^(SOCKET|TIMER|NOTIFY)FUNCTION$|_BL$/.test(name)) refuse('Unsupported option.')
    if (name === 'PUSHFUNCTION') {
      if (value !== null && typeof value !== 'function') refuse('option value must be null or a function.')
      return this.#set(() => multi.setopt('PUSHFUNCTION', value === null ? null : this.#pusher(value as Push)))
    }
    if (typeof value !== 'number' && typeof value !== 'boolean') refuse('option value must be an integer.')
    return this.#set(() => multi.setopt(name as 'MAXCONNECTS', Number(value) | 0))
  }

  #set(set: () => void): CurlMultiCode {
    try {
      set()
      return CurlMultiCode.CURLM_OK
    } catch (error) {
      if (error instanceof OurMultiError) return error.number
      throw error
    }
  }

  /** The callback for streams that servers push. One that throws denies the stream. */
  #pusher(push: Push) {
    return (parent: Handle, pushed: Handle, lines: string[]): number => {
      const from = this.#easies.get(parent)
      if (!from) return CURL_PUSH_DENY
      let easy: Easy | undefined
      let answer: number = CURL_PUSH_DENY
      try {
        easy = adopt(pushed, from)
        answer = push(from, easy, pushHeaders(lines))
      } catch {
        // node-libcurl denies the stream, too
      }
      if (easy && answer === CURL_PUSH_OK) {
        const accepted = easy
        this.#wait(accepted, pushed, (outcome) => this.#report(accepted, outcome), true)
      }
      return answer
    }
  }

  // --- the rest ---

  /** Ends it, and the transfers in it. @see curl_multi_cleanup(3) */
  close(): void {
    if (!this.#open) throw new CurlMultiError('Multi handle already closed.', CurlMultiCode.CURLM_BAD_HANDLE)
    this.#call('Could not close the multi handle', (multi) => multi.close())
    this.#open = false
    for (const [handle, easy] of this.#easies) this.#forget(easy, handle)
  }

  /** What a result code means. @see curl_multi_strerror(3) */
  strError(errorCode: CurlMultiCode): string {
    return Multi.strError(errorCode)
  }

  static strError(errorCode: CurlMultiCode): string {
    started()
    if (typeof errorCode !== 'number')
      throw new CurlMultiError('Argument must be an error code', CurlMultiCode.CURLM_BAD_FUNCTION_ARGUMENT)
    return multiStrerror(errorCode)
  }
}
