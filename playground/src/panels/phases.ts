// Splits the time of a transfer into phases, by curl's own times: each of its infos counts from the start of the
// transfer, so a phase is the time between two of them. After a redirect the infos are sums over all requests
// (lib/progress.c), so the phases of the last request are taken from the trace.
import { HEADER_IN, HEADER_OUT, TEXT, type TraceEvent, type Transfer } from '../model.js'
import { howConnected } from './connections.js'
import { textOf } from './text.js'

export const PHASES = ['queue', 'redirect', 'dns', 'connect', 'tls', 'request', 'wait', 'download'] as const
export type Phase = (typeof PHASES)[number]

export const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  queue: 'Queue',
  redirect: 'Redirects',
  dns: 'DNS',
  connect: 'Connect',
  tls: 'TLS',
  request: 'Request',
  wait: 'Waiting',
  download: 'Download',
}

export interface Timing {
  /** Milliseconds since the run began. */
  start: number
  /** The end, or the present time if the transfer goes on. */
  end: number
  /** In order, without those that took no time. In milliseconds since the transfer's start. */
  phases: { phase: Phase; from: number; to: number }[]
  /** Whether the last request's phases come from the trace. */
  traced: boolean
  connection: ReturnType<typeof howConnected>
  running: boolean
}

const NEXT = /^Issue another request to this URL/
const TRYING = /^\s*Trying /
const HELLO = /\(OUT\), TLS handshake, Client hello/
/** Anything shorter is not a phase, in ms. The times are in microseconds. */
const NOTHING = 0.001

/** @param now The time since the start of a run that goes on, in milliseconds. Null when the run has ended. */
export function timingOf(transfer: Transfer, now: number | null): Timing | null {
  if (transfer.timing) return transfer.timing
  const { trace, infos } = transfer
  const first = trace[0]
  if (!first) return null
  const running = now !== null && transfer.result === null
  const last = trace.at(-1)!
  const total = number(infos, 'TOTAL_TIME_T') / 1000
  // no info has the start, but the last event of the trace is at the end
  const start = total > 0 ? Math.max(0, Math.min(first.at, last.at - total)) : first.at
  const redirected = trace.map((event) => event.kind === TEXT && NEXT.test(textOf(event.bytes))).lastIndexOf(true)
  const end = total > 0 ? start + total : running ? Math.max(now, last.at) : last.at
  const marks =
    infos === null || redirected >= 0
      ? tracedMarks(trace.slice(redirected + 1), start, redirected < 0 ? null : trace[redirected]!.at - start)
      : infoMarks(infos)
  const unmade = transfer.result ? whereItFailed(transfer) : null
  if (unmade) {
    const from = marks.findIndex(([phase]) => PHASES.indexOf(phase) >= PHASES.indexOf(unmade))
    marks.splice(from < 0 ? marks.length : from, Infinity, [unmade, end - start])
  }
  marks.push(['download', end - start])
  return {
    start,
    end,
    phases: phasesOf(marks, end - start),
    traced: redirected >= 0 || infos === null,
    connection: howConnected(transfer),
    running,
  }
}

type Mark = [phase: Phase, end: number]

/**
 * The phase in which a transfer has failed, if it has failed before there was a connection for its request, or null.
 * curl's times only show that the next phase was not reached. After a redirect it looks at the last request.
 */
function whereItFailed({ trace }: Transfer): Phase | null {
  const last = trace.slice(trace.findLastIndex((event) => event.kind === TEXT && NEXT.test(textOf(event.bytes))) + 1)
  const says = (pattern: RegExp): boolean =>
    last.some(({ kind, bytes }) => kind === TEXT && pattern.test(textOf(bytes)))
  if (last.some(({ kind }) => kind === HEADER_OUT) || says(/^Established connection|^Re-?using/i)) return null
  return says(HELLO) ? 'tls' : says(TRYING) ? 'connect' : says(/^Could not resolve/) ? 'dns' : null
}

function infoMarks(infos: Record<string, unknown>): Mark[] {
  const at = (name: string): number => number(infos, name) / 1000
  return [
    ['queue', at('QUEUE_TIME_T')],
    ['dns', at('NAMELOOKUP_TIME_T')],
    ['connect', at('CONNECT_TIME_T')],
    ['tls', at('APPCONNECT_TIME_T')],
    ['request', Math.max(at('PRETRANSFER_TIME_T'), at('POSTTRANSFER_TIME_T'))],
    ['wait', at('STARTTRANSFER_TIME_T')],
  ]
}

function tracedMarks(trace: readonly TraceEvent[], start: number, redirectEnd: number | null): Mark[] {
  const marks: Mark[] = []
  if (redirectEnd !== null) marks.push(['redirect', redirectEnd])
  const text = (pattern: RegExp): TraceEvent | undefined =>
    trace.find((event) => event.kind === TEXT && pattern.test(textOf(event.bytes)))
  const mark = (phase: Phase, event: TraceEvent | undefined): void => {
    if (event) marks.push([phase, event.at - start])
  }
  mark('dns', text(TRYING))
  const hello = text(HELLO)
  const established = text(/^Established connection|^Connected to/)
  mark('connect', hello ?? established)
  if (hello) mark('tls', text(/^SSL connection using/) ?? established)
  mark('request', trace.filter((event) => event.kind === HEADER_OUT).at(-1))
  mark(
    'wait',
    trace.find((event) => event.kind === HEADER_IN),
  )
  return marks
}

/** Makes phases from their ends: each begins where the one before has ended, and none is longer than the transfer. */
function phasesOf(marks: readonly Mark[], end: number): Timing['phases'] {
  const phases: Timing['phases'] = []
  let from = 0
  for (const [phase, mark] of marks) {
    const to = Math.min(mark, end)
    if (to - from < NOTHING) continue
    phases.push({ phase, from, to })
    from = to
  }
  return phases
}

function number(infos: Record<string, unknown> | null, name: string): number {
  const value = infos?.[name]
  return typeof value === 'number' && value > 0 ? value : 0
}

/** The ticks of a scale in milliseconds: about `most` of them, at round values. */
export function ticks(length: number, most: number): number[] {
  if (!(length > 0)) return [0]
  const rough = length / Math.max(1, most)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough)! * power
  const found: number[] = []
  for (let i = 0; i * step <= length * 1.0001; i++) found.push(Number((i * step).toPrecision(12)))
  return found
}
