// Makes lines of text of a run's trace, as `curl -v` prints them. An event may have several lines, such as the head of
// a request.
import {
  DATA_IN,
  DATA_OUT,
  HEADER_IN,
  HEADER_OUT,
  SSL_DATA_IN,
  SSL_DATA_OUT,
  TEXT,
  type Run,
  type TraceEvent,
} from '../model.js'
import { bytes } from './format.js'
import { textOf } from './text.js'

export type Sort = 'text' | 'headers' | 'data' | 'tls'

export interface TraceLine {
  event: TraceEvent
  sort: Sort
  /** The sign that curl -v prints before the line. */
  sign: string
  text: string
}

const SORTS: Readonly<Record<number, readonly [Sort, string]>> = {
  [TEXT]: ['text', '*'],
  [HEADER_IN]: ['headers', '<'],
  [HEADER_OUT]: ['headers', '>'],
  [DATA_IN]: ['data', '{'],
  [DATA_OUT]: ['data', '}'],
  [SSL_DATA_IN]: ['tls', '{'],
  [SSL_DATA_OUT]: ['tls', '}'],
}

export function linesOf(event: TraceEvent): TraceLine[] {
  const [sort, sign] = SORTS[event.kind]!
  if (sort === 'data' || sort === 'tls') {
    return [{ event, sort, sign, text: `[${bytes(event.size)}${sort === 'tls' ? ' of TLS' : ' of data'}]` }]
  }
  const text = textOf(event.bytes).replace(/\r?\n$/, '')
  return text.split('\n').map((line) => ({ event, sort, sign, text: line.replace(/\r$/, '') }))
}

/** The lines of all transfers of a run in order of time. Each read() adds the new ones. */
export class TraceReader {
  readonly lines: TraceLine[] = []
  /** How many events of each transfer have been read. */
  readonly #read = new Map<number, number>()

  read(run: Run): this {
    const fresh: TraceEvent[] = []
    for (const { number, trace } of run.transfers) {
      const from = this.#read.get(number) ?? 0
      for (let i = from; i < trace.length; i++) fresh.push(trace[i]!)
      this.#read.set(number, trace.length)
    }
    // sorting only the new ones is enough: they are later than all others, and the sort is stable
    fresh.sort((a, b) => a.at - b.at)
    for (const event of fresh) this.lines.push(...linesOf(event))
    return this
  }
}

/** The lines of these kinds that contain the words, ignoring case. */
export function filtered(lines: readonly TraceLine[], sorts: ReadonlySet<Sort>, words: string): TraceLine[] {
  const wanted = words.trim().toLowerCase()
  return lines.filter(({ sort, text }) => sorts.has(sort) && (wanted === '' || text.toLowerCase().includes(wanted)))
}
