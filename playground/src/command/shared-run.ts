// A run in the hash of a URL: the command, and what came of it. The hash is `#r=` and JSON, deflated and in base64url. A
// link is not trusted: its size is bounded before and after it is inflated, every value is checked, and nothing here
// runs anything. Redact a run first (shell/digest.ts), because a link goes to other people, and into their logs.
import type { Message } from '../panels/exchanges.js'
import { PHASES, type Timing } from '../panels/phases.js'
import { fromBase64url, inflated, packed, PermalinkError } from './packed.js'
import { checkCommand } from './permalink.js'

/** The longest hash that is made, and the longest that is read. */
export const MAX_HASH = 8 * 1024
const MAX_READ = 2 * MAX_HASH
/** The most bytes of JSON. */
const MAX_JSON = 64 * 1024
const MAX_TRANSFERS = 10
const MAX_MESSAGES = 60
const MAX_HEADERS = 300
const MAX_TEXTS = 20

export interface SharedTransfer {
  url: string
  /** A CURLcode, or null if the transfer was stopped. */
  result: number | null
  /** The status, or 0. */
  status: number
  contentType: string | null
  /** Bytes of the body as it was sent, and decoded. */
  wire: number
  received: number
  /** The beginning of the body, if it is text and there is room for it. */
  body: string | null
  /** Whether `body` is all of it. */
  whole: boolean
  messages: Message[]
  /** Texts of the trace that say how TLS was agreed on, and why a transfer has failed. */
  texts: { at: number; text: string }[]
  timing: Omit<Timing, 'running'> | null
}

export interface SharedRun {
  command: string
  status: number
  /** In milliseconds. */
  duration: number
  /** Milliseconds since 1970, to the second. Null if it is not known. */
  recordedAt: number | null
  /** What there was no room for, in words. */
  omitted: string[]
  transfers: SharedTransfer[]
}

/** @throws PermalinkError if the command is too long, or has invisible characters. */
export async function runToHash(run: SharedRun): Promise<string> {
  checkCommand(run.command)
  for (const smaller of sizes(run)) {
    const bytes = new TextEncoder().encode(JSON.stringify(written(smaller)))
    if (bytes.length > MAX_JSON) continue
    const hash = `#r=${await packed(bytes)}`
    if (hash.length <= MAX_HASH) return hash
  }
  throw new PermalinkError('the command leaves no room for its result: share only the command')
}

/** The run, and then with less and less of it: what matters least goes first. */
function* sizes(run: SharedRun): Generator<SharedRun> {
  yield run
  const omitted = (what: string): string[] => [...run.omitted.filter((each) => !each.includes('body')), what]
  const bodies = (most: number): SharedTransfer[] =>
    run.transfers.map((transfer) => {
      const body = transfer.body !== null && most > 0 ? transfer.body.slice(0, most) : null
      return { ...transfer, body, whole: transfer.whole && body === transfer.body }
    })
  yield { ...run, transfers: bodies(1000), omitted: omitted('most of the body') }
  const small = { ...run, transfers: bodies(0), omitted: omitted('the body') }
  yield small
  const cut = { ...small, transfers: small.transfers.map(shortened), omitted: [...small.omitted, 'long headers'] }
  yield cut
  if (cut.transfers.length > 1)
    yield { ...cut, transfers: cut.transfers.slice(0, 1), omitted: [...cut.omitted, 'all transfers but the first'] }
  const [first] = cut.transfers
  if (first)
    yield {
      ...cut,
      transfers: [{ ...first, messages: [], texts: [] }],
      omitted: ['the body', 'the headers', ...(cut.transfers.length > 1 ? ['all transfers but the first'] : [])],
    }
}

const LONG = 160

function shortened(transfer: SharedTransfer): SharedTransfer {
  const short = (text: string): string => (text.length > LONG ? `${text.slice(0, LONG)}\u2026` : text)
  const messages = transfer.messages.slice(-4).map((message) => ({
    ...message,
    headers: message.headers.slice(0, 60).map(({ name, value }) => ({ name: short(name), value: short(value) })),
  }))
  return { ...transfer, messages }
}

/** Everything that can be left out. The page shows these words as its own, so a link must not have others. */
const OMITTED =
  /^(?:the body|most of the body|the headers|long headers|all transfers but the first|[1-9]\d{0,5} more transfers?)$/

// --- the JSON: short names, and arrays for what there is much of ---

const KINDS = ['request', 'response', 'trailers', 'said'] as const
const CONNECTIONS = ['new', 'reused', 'none'] as const
const round = (value: number): number => Math.round(value * 1000) / 1000

function written({ command, status, duration, recordedAt, omitted, transfers }: SharedRun): unknown {
  return {
    v: 1,
    c: command,
    s: status,
    d: round(duration),
    w: recordedAt === null ? null : Math.floor(recordedAt / 1000),
    o: omitted,
    t: transfers.map(({ url, result, status, contentType, wire, received, body, whole, messages, texts, timing }) => ({
      ...{ u: url, r: result, s: status, y: contentType, w: wire, n: received, b: body, a: whole },
      m: messages.map(({ kind, direction, start, headers, at, body }) => [
        ...[KINDS.indexOf(kind), direction === 'out' ? 0 : 1, start, round(at), body],
        headers.map(({ name, value }) => [name, value]),
      ]),
      x: texts.map(({ at, text }) => [round(at), text]),
      p: timing && [
        ...[round(timing.start), round(timing.end), timing.traced, CONNECTIONS.indexOf(timing.connection)],
        timing.phases.map(({ phase, from, to }) => [PHASES.indexOf(phase), round(from), round(to)]),
      ],
    })),
  }
}

/**
 * The run in a hash. Undefined for a hash of another kind.
 * @throws PermalinkError for one that is broken, too long, or has a value that is not valid.
 */
export async function runFromHash(hash: string): Promise<SharedRun | undefined> {
  const content = /^#?r=([^]*)$/.exec(hash)?.[1]
  if (content === undefined) return undefined
  if (content.length > MAX_READ) throw new PermalinkError('the link is too long')
  const bytes = await inflated(fromBase64url(content), MAX_JSON)
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new PermalinkError('the link is broken: it is not JSON')
  }
  const run = record(json)
  if (run['v'] !== 1) throw new PermalinkError('the link is of a version that this page does not know')
  const command = text(run['c'])
  checkCommand(command)
  const when = run['w'] === null ? null : number(run['w'], 1e11)
  return {
    command,
    status: integer(run['s'], 255),
    duration: number(run['d'], 1e10),
    recordedAt: when === null ? null : when * 1000,
    omitted: list(run['o'], 10).map((each) => (OMITTED.test(text(each)) ? text(each) : invalid())),
    transfers: list(run['t'], MAX_TRANSFERS).map(transferOf),
  }
}

function transferOf(json: unknown): SharedTransfer {
  const { u, r, s, y, w, n, b, a, m, x, p } = record(json)
  return {
    url: text(u),
    result: r === null ? null : integer(r, 1000),
    status: integer(s, 999_999),
    contentType: y === null ? null : text(y),
    wire: integer(w, 1e15),
    received: integer(n, 1e15),
    body: b === null ? null : text(b),
    whole: a === true,
    messages: list(m, MAX_MESSAGES).map((each) => {
      const [kind, direction, start, at, body, headers] = list(each, 6)
      return {
        kind: KINDS[integer(kind, KINDS.length - 1)]!,
        direction: integer(direction, 1) === 0 ? 'out' : 'in',
        ...{ start: text(start), at: number(at, 1e10), body: integer(body, 1e15) },
        headers: list(headers, MAX_HEADERS).map((pair) => {
          const [name, value] = list(pair, 2)
          return { name: text(name), value: text(value) }
        }),
      }
    }),
    texts: list(x, MAX_TEXTS).map((each) => {
      const [at, said] = list(each, 2)
      return { at: number(at, 1e10), text: text(said) }
    }),
    timing: p === null ? null : timingOf(p),
  }
}

function timingOf(json: unknown): SharedTransfer['timing'] {
  const [start, end, traced, connection, phases] = list(json, 5)
  const [from, to] = [number(start, 1e10), number(end, 1e10)]
  if (to < from) invalid()
  let before = 0
  return {
    ...{ start: from, end: to, traced: traced === true },
    connection: CONNECTIONS[integer(connection, CONNECTIONS.length - 1)]!,
    phases: list(phases, PHASES.length).map((each) => {
      const [phase, begin, until] = list(each, 3)
      const made = {
        phase: PHASES[integer(phase, PHASES.length - 1)]!,
        from: number(begin, 1e10),
        to: number(until, 1e10),
      }
      // in order, and within the transfer, as the charts need them; both were rounded
      if (made.from < before || made.to < made.from || made.to > to - from + 0.01) invalid()
      before = made.to
      return made
    }),
  }
}

// --- checks ---

function invalid(): never {
  throw new PermalinkError('the link is broken: it has a value that is not valid')
}

function record(json: unknown): Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Record<string, unknown>)
    : invalid()
}

function list(json: unknown, most: number): unknown[] {
  return Array.isArray(json) && json.length <= most ? (json as unknown[]) : invalid()
}

function text(json: unknown): string {
  return typeof json === 'string' ? json : invalid()
}

function number(json: unknown, most: number): number {
  return typeof json === 'number' && json >= 0 && json <= most ? json : invalid()
}

function integer(json: unknown, most: number): number {
  return Number.isInteger(json) ? number(json, most) : invalid()
}
