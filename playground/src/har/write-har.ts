// Writes what a run has exchanged as an HTTP Archive, for viewers such as the Network panel of DevTools. A request is an
// entry, also one that libcurl made by itself: after a redirect, or to authenticate.
import * as format from '../../../dist/ts/session/har-format.js'
import { Redactor } from '../command/redact.js'
import { DATA_IN, DATA_OUT, HEADER_IN, HEADER_OUT, type Run, type TraceEvent, type Transfer } from '../model.js'
import { codeOf } from '../panels/curl-codes.js'
import { finalResponse, header, messagesOf, textsOf, type Message } from '../panels/exchanges.js'
import { timingOf, type Phase } from '../panels/phases.js'
import { textOf } from '../panels/text.js'
import { join } from '../../../shim/bytes.js'

/** How much of a body is written, in bytes. */
const BODY_BYTES = 1024 * 1024
const REQUEST = /^(\S+) (\S+) (HTTP\/\S+)/
const NEXT = /^Issue another request to this URL: '(.*)'/

export interface WrittenHar {
  har: format.Har
  /** What was left out, in words. */
  redacted: string[]
}

/** `secrets`: whether credentials, cookies and what looks like a key stay. Rejects if the run has no HTTP request. */
export async function writeHar(
  run: Run,
  { secrets, version }: { secrets: boolean; version: string },
): Promise<WrittenHar> {
  const redactor = secrets ? null : new Redactor()
  const entries: format.HarEntry[] = []
  for (const transfer of run.transfers)
    for (const hop of hopsOf(transfer)) entries.push(await entryOf(run, transfer, hop, redactor))
  if (entries.length === 0) throw new Error('this run has no HTTP request')
  const creator = { name: 'libcurl-wasm playground', version }
  return { har: { log: { version: '1.2', creator, entries } }, redacted: redactor?.redacted ?? [] }
}

/** A request and its response. */
interface Hop {
  trace: TraceEvent[]
  /** null if the transfer has failed before. */
  request: Message | null
  /** null if there was none. */
  response: Message | null
  url: string
  last: boolean
}

function isRequest(event: TraceEvent, tunnels: boolean): boolean {
  if (event.kind !== HEADER_OUT) return false
  const match = REQUEST.exec(textOf(event.bytes.subarray(0, 8192)))
  return match !== null && (tunnels || match[1] !== 'CONNECT')
}

function hopsOf(transfer: Transfer): Hop[] {
  const { trace } = transfer
  const requests = trace.flatMap((event, i) => (isRequest(event, false) ? [i] : []))
  if (requests.length === 0) return failedBefore(transfer)
  const starts = requests.map((_, k) => {
    if (k === 0) return 0
    // what comes after the last byte of a response is for the next request, also a tunnel
    const before = requests[k - 1]!
    const next = trace.findIndex((event, i) => i > before && isRequest(event, true))
    return trace.slice(0, next).findLastIndex(({ kind }) => kind === HEADER_IN || kind === DATA_IN) + 1 || next
  })
  let url = ''
  return starts.map((start, k) => {
    const last = k === starts.length - 1
    const part = trace.slice(start, starts[k + 1])
    const own = trace.slice(requests[k], starts[k + 1])
    const messages = messagesOf(own)
    const request = messages[0]!
    const response = finalResponse(messages) ?? messages.findLast(({ kind }) => kind === 'response') ?? null
    url = urlOf(part, request, transfer, last, url)
    return { trace: part, request, response, url, last }
  })
}

function failedBefore(transfer: Transfer): Hop[] {
  const url = String(transfer.infos?.['EFFECTIVE_URL'] ?? '')
  if (!transfer.result || !/^https?:/i.test(url)) return []
  return [{ trace: transfer.trace, request: null, response: null, url, last: true }]
}

/** The URL of a request, which only has its path. `before` is that of the request before it, or ''. */
function urlOf(
  trace: readonly TraceEvent[],
  request: Message,
  transfer: Transfer,
  last: boolean,
  before: string,
): string {
  const target = REQUEST.exec(request.start)![2]!
  // for a proxy it is whole
  if (/^https?:\/\//i.test(target)) return target
  const effective = transfer.infos?.['EFFECTIVE_URL']
  const texts = textsOf(trace)
  const said = texts.map((text) => NEXT.exec(text)?.[1]).findLast((url) => url !== undefined)
  const known = said ?? (last && typeof effective === 'string' && effective !== '' ? effective : before)
  const secure = texts.some((text) => /^SSL connection using|existing https:/i.test(text))
  const scheme = /^(https?):/i.exec(known)?.[1]?.toLowerCase() ?? (secure ? 'https' : 'http')
  const host = header(request, 'host') ?? (URL.canParse(known) ? new URL(known).host : '')
  return `${scheme}://${host}${target.startsWith('/') ? target : `/${target}`}`
}

async function entryOf(run: Run, transfer: Transfer, hop: Hop, redactor: Redactor | null): Promise<format.HarEntry> {
  const { request, response, last } = hop
  const { infos, result } = transfer
  const url = redactor ? redactor.url(hop.url) : hop.url
  const timed = timesOf(transfer, hop)
  const address = infos?.['PRIMARY_IP']
  const connection = infos?.['CONN_ID']
  // other addresses are only placeholders for names that the relay resolves
  const real = last && run.connections.some(({ host }) => host === address)
  const failure = last && result ? `${codeOf(result).name}: ${codeOf(result).meaning}` : null
  const [, method = String(infos?.['EFFECTIVE_METHOD'] ?? 'GET'), , version = 'unknown'] =
    REQUEST.exec(request?.start ?? '') ?? []
  const sent = pairs(request, redactor)
  return {
    startedDateTime: new Date(run.startedAt + timed.start).toISOString(),
    time: format.harTime(timed.timings),
    request: {
      ...{ method, url, httpVersion: version },
      cookies: format.sentCookies(sent),
      headers: named(sent),
      queryString: URL.canParse(url) ? format.harQuery(url) : [],
      ...postData(hop, redactor),
      headersSize: hop.trace.find((event) => isRequest(event, false))?.size ?? -1,
      bodySize: request?.body ?? 0,
    },
    response: {
      ...(await responseOf(transfer, hop, response, redactor)),
      ...(failure !== null && { _error: failure }),
    },
    cache: {},
    timings: timed.timings,
    ...(real && { serverIPAddress: String(address) }),
    ...(last && typeof connection === 'number' && connection >= 0 && { connection: String(connection) }),
    ...(last && result === null && { comment: 'not complete' }),
  }
}

type Pair = [name: string, value: string]

/** The headers, with those that are secret redacted. */
function pairs(message: Message | null, redactor: Redactor | null): Pair[] {
  return (message?.headers ?? []).map(({ name, value }) => [name, redactor ? redactor.header(name, value) : value])
}

const named = (all: readonly Pair[]): format.HarNameValue[] => format.harHeaders(all, true)

function timesOf(transfer: Transfer, { trace, last, request }: Hop): { start: number; timings: format.HarTimings } {
  const only = last && trace.length === transfer.trace.length
  const infos = only ? transfer.infos : null
  const timing = timingOf({ ...transfer, trace, infos, result: last ? transfer.result : 0 }, null)
  const of = (...phases: Phase[]): number =>
    (timing?.phases ?? []).reduce((sum, { phase, from, to }) => sum + (phases.includes(phase) ? to - from : 0), 0)
  const timings = format.harTimings({
    ...{ queue: of('queue', 'redirect'), dns: of('dns'), tcp: of('connect'), tls: of('tls'), request: of('request') },
    ...{ firstByte: of('wait'), download: request ? of('download') : 0, redirect: 0, total: 0 },
  })
  return { start: timing?.start ?? 0, timings }
}

function postData({ trace, request }: Hop, redactor: Redactor | null): { postData?: format.HarRequest['postData'] } {
  if (!request || request.body === 0) return {}
  const { bytes, isCut } = dataOf(trace, DATA_OUT)
  const text = textIn(bytes, isCut, redactor)
  return {
    postData: {
      mimeType: header(request, 'content-type') ?? '',
      params: [], // the text has all, and the specification allows one of the two
      ...text,
      ...(isCut && { comment: format.CUT }),
    },
  }
}

/** The bytes of the events of a kind, as far as they are kept. */
function dataOf(trace: readonly TraceEvent[], kind: number): { bytes: Uint8Array; isCut: boolean } {
  const events = trace.filter((event) => event.kind === kind)
  // nothing after a gap belongs to the beginning
  const gap = events.findIndex(({ bytes, size }) => bytes.length < size)
  const kept = (gap < 0 ? events : events.slice(0, gap + 1)).map(({ bytes }) => bytes)
  return { bytes: join(kept), isCut: gap >= 0 }
}

function textIn(bytes: Uint8Array, isCut: boolean, redactor: Redactor | null): ReturnType<typeof format.harText> {
  const content = format.harText(isCut ? format.wholeCharacters(bytes) : bytes)
  return content.encoding || !redactor ? content : { text: redactor.body(content.text) }
}

async function responseOf(
  transfer: Transfer,
  hop: Hop,
  response: Message | null,
  redactor: Redactor | null,
): Promise<format.HarResponse> {
  const headers = pairs(response, redactor)
  const [, version = 'unknown', status = '0', statusText = ''] =
    /^(HTTP\/\S+) (\d+) ?(.*)$/.exec(response?.start ?? '') ?? []
  return {
    ...{ status: Number(status), statusText: statusText.trim(), httpVersion: version },
    cookies: format.receivedCookies(headers),
    headers: named(headers),
    content: await contentOf(transfer, hop, response, redactor),
    redirectURL: format.headerOf(headers, 'location'),
    headersSize: -1,
    bodySize: response?.body ?? -1,
  }
}

async function contentOf(
  { body }: Transfer,
  { trace, last, request }: Hop,
  response: Message | null,
  redactor: Redactor | null,
): Promise<format.HarContent> {
  const mimeType = header(response ?? undefined, 'content-type') ?? 'x-unknown'
  const received = response?.body ?? 0
  // what curl has written is decoded, but it only writes the last body
  if (last && body && body.size > 0) {
    const isCut = body.size > BODY_BYTES
    const bytes = new Uint8Array(await body.slice(0, BODY_BYTES).arrayBuffer())
    return {
      size: body.size,
      ...(body.size !== received && { compression: body.size - received }),
      mimeType,
      ...textIn(bytes, isCut, redactor),
      ...(isCut && { comment: format.CUT }),
    }
  }
  const codings = header(response ?? undefined, 'content-encoding')
  if (codings) return { size: received, mimeType, comment: `the body was not decoded: ${codings}` }
  const { bytes, isCut } = dataOf(trace.slice(trace.findIndex((event) => isRequest(event, false))), DATA_IN)
  return {
    size: received,
    mimeType,
    ...(request && textIn(bytes, isCut, redactor)),
    ...(isCut && { comment: format.CUT }),
  }
}
