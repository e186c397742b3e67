// Names to addresses and HTTPS records (C side: wasm/src/shim/resolver.c). A channel is a pipe. Each answer is one record
// in it, with the layout of `struct answer` and what follows it on the C side.
import { ares } from './abi.js'
import { HostError, type Failures } from './failures.js'
import { parseIPv4, parseIPv6 } from './address.js'
import { join } from './bytes.js'
import { PipeReader } from './pipe.js'
import type { Reactor } from './reactor.js'
import type { HttpsRecord, ResolvedAddress, Transport } from './transports/transport.js'

const ANSWER_SIZE = 12
const ADDRESS_SIZE = 20
const RECORD_SIZE = 8

/** The status of c-ares for the code of a transport's error. The codes are those of Node's dns module. */
const STATUS: Record<string, number> = {
  ENOTFOUND: ares.ARES_ENOTFOUND,
  ENODATA: ares.ARES_ENODATA,
  EAI_AGAIN: ares.ARES_ETIMEOUT,
  ESERVFAIL: ares.ARES_ESERVFAIL,
  EREFUSED: ares.ARES_EREFUSED,
  ECONNREFUSED: ares.ARES_ECONNREFUSED,
  ETIMEOUT: ares.ARES_ETIMEOUT,
  ENOMEM: ares.ARES_ENOMEM,
}

/** One entry of CURLOPT_DNS_SERVERS: 192.0.2.1, 192.0.2.1:53, 2001:db8::1 or [2001:db8::1]:53. */
function isServer(entry: string): boolean {
  const bracketed = /^\[([^\]]+)\](?::(\d{1,5}))?$/.exec(entry)
  if (bracketed) return parseIPv6(bracketed[1]!) !== null && Number(bracketed[2] ?? 53) < 65536
  if (parseIPv6(entry)) return true
  const [address, port, ...rest] = entry.split(':')
  return (
    rest.length === 0 && parseIPv4(address!) !== null && /^\d{1,5}$/.test(port ?? '53') && Number(port ?? 53) < 65536
  )
}

/** The entries of a comma-separated list, or null if one of them is no address. */
export function parseServers(list: string): string[] | null {
  const entries = list.split(',').map((entry) => entry.trim())
  return entries.every(isServer) ? entries : null
}

function encodeAddress({ address, scope }: ResolvedAddress, family: 'IPv4' | 'IPv6'): Uint8Array {
  const encoded = new Uint8Array(ADDRESS_SIZE)
  new DataView(encoded.buffer).setUint32(0, scope ?? 0, true)
  const bytes = family === 'IPv6' ? parseIPv6(address.split('%')[0]!) : parseIPv4(address)
  if (bytes) encoded.set(bytes, 4)
  return encoded
}

function encodeRecord({ priority, target, params }: HttpsRecord): Uint8Array {
  const name = new TextEncoder().encode(target)
  const head = new Uint8Array(RECORD_SIZE)
  const view = new DataView(head.buffer)
  view.setUint16(0, priority, true)
  view.setUint16(2, name.length, true)
  view.setUint32(4, params.length, true)
  return join([head, name, params])
}

export class ResolverChannel extends PipeReader {
  readonly #abort = new AbortController()
  /** Why there was no answer, if c-ares has no status for it. */
  #failure: HostError | null = null

  constructor(
    reactor: Reactor,
    private readonly transport: Transport,
    private readonly servers: string[] | null,
    private readonly failures: Failures,
  ) {
    super(reactor)
  }

  /** Asks for the addresses of `name`. The answer arrives in the pipe under `id`. */
  query(id: number, name: string, family: 'IPv4' | 'IPv6'): void {
    const { transport, servers } = this
    this.#ask(
      id,
      () => transport.resolve(name, family, servers, this.#abort.signal),
      (address) => encodeAddress(address, family),
    )
  }

  /** Asks for the HTTPS records of `name`, as query(). The transport must be able to. */
  queryHttps(id: number, name: string): void {
    const { transport, servers } = this
    this.#ask(id, () => transport.resolveHttps!(name, servers, this.#abort.signal), encodeRecord)
  }

  /**
   * Nothing but then() of the answer is used, which may call back at once: while a call blocks, no promise settles. A
   * transport may also throw.
   */
  #ask<T>(id: number, ask: () => PromiseLike<T[]>, encode: (found: T) => Uint8Array): void {
    const failed = (error: unknown): void => {
      const status = STATUS[String((Object(error) as { code?: string }).code)]
      if (status === undefined) this.#failure = new HostError(error)
      this.#answer(id, status ?? ares.ARES_ESERVFAIL, [])
    }
    let answer: PromiseLike<T[]>
    try {
      answer = ask()
    } catch (error) {
      return queueMicrotask(() => failed(error))
    }
    answer.then((found) => {
      let encoded: Uint8Array[]
      try {
        encoded = found.map(encode)
      } catch (error) {
        return failed(error)
      }
      this.#answer(id, found.length ? ares.ARES_SUCCESS : ares.ARES_ENODATA, encoded)
    }, failed)
  }

  /** Also reports the failure, because libcurl makes an error of the answer right after it has read it. */
  override read(into: Uint8Array): number {
    if (this.#failure) this.failures.report(this.#failure)
    this.#failure = null
    return super.read(into)
  }

  #answer(id: number, status: number, found: Uint8Array[]): void {
    if (this.closed) return
    const head = new Uint8Array(ANSWER_SIZE)
    const view = new DataView(head.buffer)
    view.setUint32(0, id, true)
    view.setInt32(4, status, true)
    view.setUint32(8, found.length, true)
    this.push(join([head, ...found]))
  }

  override close(): void {
    super.close()
    this.#abort.abort()
  }
}
