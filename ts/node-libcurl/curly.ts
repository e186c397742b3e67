// node-libcurl's curly(): a request as a promise, with a Curl for each.
import type { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'
import {
  defaultParsers,
  parseBody,
  type CurlyResponseBodyParser,
  type CurlyResponseBodyParsersProperty,
} from './body-parsers.js'
import { Curl } from './curl.js'
import { CurlFeature } from './enums.js'
import { CurlEasyError, CurlError } from './errors.js'
import type { HeaderInfo } from './headers.js'
import type { CurlyMimePart } from './mime-parts.js'
import { optionOfCurly } from './options.js'
import type { CurlOptionValueType } from './option-types.js'
import { ResponseStream } from './response-stream.js'

export interface CurlyResult<ResultData = any> {
  /** The body, as a parser has made it, or a stream. */
  data: ResultData
  /** The headers of each response: redirects have their own. */
  headers: HeaderInfo[]
  /** The status of the last response. */
  statusCode: number
}

/** The methods of HTTP that curly has as its own. */
const METHODS = [
  'acl',
  'bind',
  'checkout',
  'connect',
  'copy',
  'delete',
  'get',
  'head',
  'link',
  'lock',
  'm-search',
  'merge',
  'mkactivity',
  'mkcalendar',
  'mkcol',
  'move',
  'notify',
  'options',
  'patch',
  'post',
  'propfind',
  'proppatch',
  'purge',
  'put',
  'rebind',
  'report',
  'search',
  'source',
  'subscribe',
  'trace',
  'unbind',
  'unlink',
  'unlock',
  'unsubscribe',
] as const
type HttpMethod = (typeof METHODS)[number]

/** libcurl's options, by name or in camel case, and those of curly itself. */
export interface CurlyOptions extends CurlOptionValueType {
  /** With a stream it is called without NOPROGRESS, as Curl.setStreamProgressCallback(). */
  curlyProgressCallback?: CurlOptionValueType['xferInfoFunction']
  /** The parser for all content types. false is none: data is the Buffer. */
  curlyResponseBodyParser?: CurlyResponseBodyParser | false
  /** Parsers by content type, besides the default ones. */
  curlyResponseBodyParsers?: CurlyResponseBodyParsersProperty
  /** What is put before the URL. */
  curlyBaseUrl?: string
  /** Whether the names of headers are in lower case. */
  curlyLowerCaseHeaders?: boolean
  /** Whether data is a stream. The promise resolves with the first bytes; later errors are the stream's. */
  curlyStreamResponse?: boolean
  /** How many bytes the stream holds. */
  curlyStreamResponseHighWaterMark?: number
  /** A stream to upload. */
  curlyStreamUpload?: Readable | null
  /** The parts of a multipart body. */
  curlyMimePost?: CurlyMimePart[]
}

export interface CurlyHttpMethodCall {
  <ResultData = any>(url: string, options?: CurlyOptions): Promise<CurlyResult<ResultData>>
}

export interface CurlyFunction extends Record<HttpMethod, CurlyHttpMethodCall> {
  /** Requests a URL. @throws TypeError and CurlEasyError at once for bad options; the promise rejects with CurlEasyError */
  <ResultData = any>(url: string, options?: CurlyOptions): Promise<CurlyResult<ResultData>>
  /** Makes a curly with default options. */
  create: (defaultOptions?: CurlyOptions) => CurlyFunction
  defaultResponseBodyParsers: CurlyResponseBodyParsersProperty
  /** How many handles are kept to be used again. 0, which is the default, is none. */
  setObjectPoolLimit: (limit: number) => void
}

/** Handles that are used again. */
class Pool {
  #limit = 0
  readonly #free: Curl[] = []

  take(): Curl {
    return this.#free.pop() ?? new Curl()
  }

  give(curl: Curl): void {
    if (this.#free.length >= this.#limit) return curl.close()
    this.#free.push(curl.reset().disable(CurlFeature.StreamResponse).setStreamResponseHighWaterMark(null))
  }

  limit(limit: number): void {
    this.#limit = Math.max(0, limit)
    for (const curl of this.#free.splice(this.#limit)) curl.close()
  }
}

/** The options that make a request one of a method. */
function methodOptions(method: HttpMethod): CurlyOptions {
  if (method === 'get') return {}
  if (method === 'post') return { POST: true }
  if (method === 'head') return { NOBODY: true }
  return { CUSTOMREQUEST: method.toUpperCase() }
}

/** Sets the options on a handle. @throws TypeError and CurlEasyError that name the option */
function configure(curl: Curl, url: string, options: CurlyOptions): void {
  curl.enable(CurlFeature.NoDataParsing)
  curl.setOpt('URL', `${options.curlyBaseUrl ?? ''}${url}`)
  for (const [key, value] of Object.entries(options)) {
    if (!key.startsWith('curly')) curl.setOpt(optionOfCurly(key) as 'URL', value)
  }
  const { curlyProgressCallback: progress, curlyStreamResponse, curlyStreamUpload, curlyMimePost } = options
  if (progress) {
    if (typeof progress !== 'function')
      throw new TypeError('curlyProgressCallback must be a function of four numbers that returns a number')
    if (curlyStreamResponse || curlyStreamUpload) curl.setStreamProgressCallback(progress)
    else curl.setProgressCallback(progress)
  }
  if (curlyStreamResponse) {
    curl.enable(CurlFeature.StreamResponse)
    curl.setStreamResponseHighWaterMark(options.curlyStreamResponseHighWaterMark ?? null)
  }
  if (curlyStreamUpload) curl.setUploadStream(curlyStreamUpload)
  if (curlyMimePost?.length) curl.setMimePost(curlyMimePost)
}

function lowerCase(headers: HeaderInfo[]): HeaderInfo[] {
  return headers.map(
    (response) =>
      Object.fromEntries(Object.entries(response).map(([name, value]) => [name.toLowerCase(), value])) as HeaderInfo,
  )
}

function create(defaultOptions: CurlyOptions = {}): CurlyFunction {
  const pool = new Pool()

  const request = (url: string, options: CurlyOptions): Promise<CurlyResult> => {
    const final = { ...defaultOptions, ...options }
    const curl = pool.take()
    try {
      configure(curl, url, final)
    } catch (error) {
      curl.close()
      throw error
    }
    const named = (headers: Buffer | HeaderInfo[]): HeaderInfo[] =>
      final.curlyLowerCaseHeaders ? lowerCase(headers as HeaderInfo[]) : (headers as HeaderInfo[])

    return new Promise((resolve, reject) => {
      let stream: ResponseStream | null = null
      curl.on('stream', (data, statusCode, headers) => {
        stream = data as unknown as ResponseStream
        resolve({ data, statusCode, headers: named(headers) })
      })
      curl.on('end', (statusCode, data, headers) => {
        pool.give(curl)
        if (stream) return
        try {
          const { curlyResponseBodyParser: parser, curlyResponseBodyParsers } = final
          const parsers = { ...curly.defaultResponseBodyParsers, ...curlyResponseBodyParsers }
          const all = named(headers)
          resolve({ statusCode, data: parseBody(data as Buffer, all, parser, parsers), headers: all })
        } catch (error) {
          reject(error)
        }
      })
      curl.on('error', (error, code) => {
        pool.give(curl)
        const reported = error instanceof CurlError ? error : new CurlEasyError(error.message, code, { cause: error })
        if (stream) stream.fail(reported)
        else reject(reported)
      })
      try {
        curl.perform()
      } catch (error) {
        pool.give(curl)
        reject(error)
      }
    })
  }

  const curly = Object.assign((url: string, options: CurlyOptions = {}) => request(url, options), {
    create,
    defaultResponseBodyParsers: defaultParsers(),
    setObjectPoolLimit: (limit: number) => pool.limit(limit),
  }) as CurlyFunction
  for (const method of METHODS) {
    curly[method] = (url: string, options: CurlyOptions = {}) => request(url, { ...methodOptions(method), ...options })
  }
  return curly
}

/** Requests a URL, and parses the body by its content type. `curly.get`, `curly.post` and so on set the method. */
export const curly: CurlyFunction = create()
