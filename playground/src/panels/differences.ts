// What two transfers have in common and what not: facts, times, headers and bodies, as data for the compare panel. It
// knows no DOM.
import type { Run, Transfer } from '../model.js'
import { handshakeOf } from './certificates.js'
import { codeOf } from './curl-codes.js'
import { howConnected } from './connections.js'
import { finalResponse, header, messagesOf, textsOf, type Message } from './exchanges.js'
import { size } from './format.js'
import { statusOf, urlOf } from './parts.js'
import { PHASES, timingOf, type Phase, type Timing } from './phases.js'

/** A run, and the one of its transfers that is compared. A run may have made none. */
export interface Side {
  run: Run
  transfer: Transfer | undefined
}

// --- facts ---

export interface Fact {
  name: string
  /** '' for what a side does not have. */
  before: string
  after: string
}

/** The facts that at least one side has, in the order in which they are shown. */
export function factsOf(before: Side, after: Side): Fact[] {
  const [left, right] = [valuesOf(before), valuesOf(after)]
  return (
    Object.keys(left)
      .map((name) => ({ name, before: left[name]!, after: right[name]! }))
      .filter(({ before, after }) => before !== '' || after !== '')
      // a single response is what the status says
      .filter(({ name, before, after }) => name !== 'Responses' || /\u2192/.test(before + after))
  )
}

function valuesOf({ run, transfer }: Side): Record<string, string> {
  const messages = transfer ? messagesOf(transfer.trace) : []
  const responses = messages.filter(({ kind }) => kind === 'response')
  const final = finalResponse(messages)
  const [, version = '', status = ''] = /^HTTP\/(\S+) (\d+)/.exec(final?.start ?? '') ?? []
  const shaken = transfer ? handshakeOf(textsOf(transfer.trace)) : null
  const wire = Number(transfer?.infos?.['SIZE_DOWNLOAD_T'] ?? 0)
  const coding = header(final, 'content-encoding')
  const ended = run.status !== null || (transfer !== undefined && transfer.result !== null)
  const connection = transfer ? howConnected(transfer) : 'none'
  return {
    Result: resultOf(run, transfer),
    // without the reason, which HTTP/2 does not have
    Status: status || (transfer && statusOf(transfer) ? `${statusOf(transfer)}` : ''),
    Responses: responses.map(({ start }) => start.split(' ')[1] ?? '').join(' \u2192 '),
    URL: transfer ? urlOf(transfer) : '',
    'HTTP version': version,
    TLS: shaken?.version ?? '',
    Cipher: shaken?.cipher ?? '',
    Connection: connection === 'none' ? '' : connection,
    'Content type': header(final, 'content-type') ?? '',
    Body: transfer && (final || transfer.received > 0) ? size(transfer.received) + (ended ? '' : ' so far') : '',
    'On the wire': coding && wire > 0 ? `${size(wire)} as ${coding.slice(0, 20)}` : '',
  }
}

function resultOf(run: Run, transfer: Transfer | undefined): string {
  const result = transfer?.result ?? null
  if (result) return `${codeOf(result).name} (${result})`
  if (result === 0) return run.status ? `ok, exit status ${run.status}` : 'ok'
  if (run.status === null) return 'running'
  if (run.status === 130) return 'stopped'
  return run.status === 0 ? 'no transfer' : `exit status ${run.status}`
}

/** Whether the two transfers are of the same scheme, host and port. True if that of one is not known. */
export function sameOrigin(before: Side, after: Side): boolean {
  const [one, two] = [before, after].map(({ transfer }) => (transfer ? urlOf(transfer) : ''))
  if (!URL.canParse(one!) || !URL.canParse(two!)) return true
  const [first, second] = [new URL(one!), new URL(two!)]
  return first.protocol === second.protocol && first.host === second.host
}

// --- times ---

export interface PhaseTimes {
  phase: Phase | 'total'
  /** In milliseconds. Null for a phase that there was not. */
  before: number | null
  after: number | null
}

export interface Times {
  before: Timing | null
  after: Timing | null
  /** The phases that one of them has, in order, and the total. */
  rows: PhaseTimes[]
}

/** @param now The present time, in milliseconds since 1970, for a run that goes on. */
export function timesOf(before: Side, after: Side, now: number): Times {
  const [left, right] = [before, after].map(({ run, transfer }) =>
    transfer ? timingOf(transfer, run.status === null ? now - run.startedAt : null) : null,
  ) as [Timing | null, Timing | null]
  const lengthOf = (timing: Timing | null, phase: Phase): number | null => {
    const found = timing?.phases.find((each) => each.phase === phase)
    return found ? found.to - found.from : null
  }
  const rows: PhaseTimes[] = PHASES.map((phase) => ({
    phase,
    before: lengthOf(left, phase),
    after: lengthOf(right, phase),
  }))
  const total = (timing: Timing | null): number | null => (timing ? timing.end - timing.start : null)
  return {
    before: left,
    after: right,
    rows: [
      ...rows.filter(({ before, after }) => before !== null || after !== null),
      { phase: 'total', before: total(left), after: total(right) },
    ],
  }
}

// --- headers ---

export interface HeaderDifference {
  /** In lower case. */
  name: string
  change: 'added' | 'removed' | 'changed' | 'same'
  /** All values of that name, in order. */
  before: string[]
  after: string[]
}

/** The headers of both final responses by name. Null for a side without a response. */
export function headersOf({ transfer }: Side): Message['headers'] | null {
  return (transfer && finalResponse(messagesOf(transfer.trace))?.headers) ?? null
}

/** What differs between two lists of headers: first what has changed, then what is new or gone, then what is the same. */
export function headerDifferences(before: Message['headers'], after: Message['headers']): HeaderDifference[] {
  const values = (headers: Message['headers']): Map<string, string[]> => {
    const found = new Map<string, string[]>()
    for (const { name, value } of headers) {
      const key = name.toLowerCase()
      if (!found.has(key)) found.set(key, [])
      found.get(key)!.push(value)
    }
    return found
  }
  const [left, right] = [values(before), values(after)]
  const order = ['changed', 'added', 'removed', 'same']
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((name): HeaderDifference => {
      const [was, is] = [left.get(name) ?? [], right.get(name) ?? []]
      const same = was.length === is.length && was.every((value, i) => value === is[i])
      const change = !left.has(name) ? 'added' : !right.has(name) ? 'removed' : same ? 'same' : 'changed'
      return { name, change, before: was, after: is }
    })
    .sort((a, b) => order.indexOf(a.change) - order.indexOf(b.change))
}

// --- bodies ---

/** How many bytes of two bodies are compared at once. */
const CHUNK = 1 << 20

/**
 * The offset of the first byte in which two bodies differ, or null if they are equal. If one is the beginning of the
 * other, it is the length of the shorter one. Reads them in parts, so they may have any size.
 */
export async function firstDifference(before: Blob, after: Blob, signal?: AbortSignal): Promise<number | null> {
  const shorter = Math.min(before.size, after.size)
  for (let at = 0; at < shorter; at += CHUNK) {
    signal?.throwIfAborted()
    const end = Math.min(at + CHUNK, shorter)
    const [one, two] = await Promise.all([before, after].map((body) => body.slice(at, end).arrayBuffer()))
    const [left, right] = [new Uint8Array(one!), new Uint8Array(two!)]
    for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return at + i
  }
  return before.size === after.size ? null : shorter
}

/** A line that both have, or that one of them has. */
export interface DiffLine {
  kind: 'same' | 'added' | 'removed'
  text: string
}

/** How many lines may differ: the time and the memory grow with their product. */
const MOST_LINES = 1000

/**
 * The shortest way from one text to the other, by whole lines. Null if too many lines differ, beyond those that the
 * texts begin and end with alike.
 */
export function lineDifferences(before: readonly string[], after: readonly string[]): DiffLine[] | null {
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  const room = Math.min(before.length, after.length) - head
  while (tail < room && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  const [left, right] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)]
  if (left.length > MOST_LINES || right.length > MOST_LINES) return null
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }))
  return [...same(before.slice(0, head)), ...middle(left, right), ...same(before.slice(before.length - tail))]
}

/** By the longest common subsequence: `common[i][j]` is its length for the lines from i and from j on. */
function middle(left: readonly string[], right: readonly string[]): DiffLine[] {
  const width = right.length + 1
  const common = new Uint16Array((left.length + 1) * width)
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      common[i * width + j] =
        left[i] === right[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!)
  const found: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      found.push({ kind: 'same', text: left[i++]! })
      j++
    } else if (j >= right.length || (i < left.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!))
      found.push({ kind: 'removed', text: left[i++]! })
    else found.push({ kind: 'added', text: right[j++]! })
  }
  return found
}
