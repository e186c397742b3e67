// What is not the same everywhere, and why: the run has to come to exactly this. And the table of it in README.md.
import { readFileSync, writeFileSync } from 'node:fs'
import type { Outcomes } from './runtimes.js'

/** ts/connect/shared.ts */
const NOT_SHARED = 'not there: all of them share a `Multi`, and a socket belongs to one request'

/** behaviour -> family of runtimes -> why not */
export const differences: Record<string, Record<string, string>> = {
  'fetch() starts the module by itself': { 'a page': '`init({ transport })` has to be called' },
  'connections are kept, and HTTP/2 multiplexes them': {
    workerd: 'a socket belongs to one request: `fetch` closes it, a `Multi` keeps it',
  },
  'connect(): bytes over TLS, until both ends have ended': { workerd: NOT_SHARED },
  'WebSocket: text, bytes and codes': { workerd: NOT_SHARED },
  'WebSocketStream: a reader and a writer': { workerd: NOT_SHARED },
  'refused and unknown names are told apart': { workerd: 'its sockets do not say', 'a page': 'the relay does not say' },
  'the addresses of both ends': { workerd: 'its sockets do not say', 'a page': 'of the relay only' },
  "the host's files": {
    Deno: 'with `--allow-write` and `--allow-read`',
    workerd: 'files in memory',
    'a page': 'files in memory',
  },
  'the environment': { Deno: 'with `--allow-env`', workerd: 'there is none', 'a page': 'there is none' },
  'unix sockets': {
    Deno: 'with `--allow-read` and `--allow-write`',
    workerd: 'TCP only',
    'a page': 'TCP and UDP only',
  },
  'UDP (TFTP)': { workerd: 'TCP only', 'a page': 'with one port of the peer, which TFTP changes' },
  'listening sockets (active FTP)': { workerd: 'TCP only', 'a page': 'a relay does not listen' },
}

const DOCUMENT = new URL('../../README.md', import.meta.url)
const PLACE = /(?<=<!-- behaviours -->\n)[^]*(?=<!-- \/behaviours -->)/

export interface Column {
  /** 'Node 20, 22, 24' */
  name: string
  family: string
  outcomes: Outcomes
}

/** The table in Markdown: a row for each behaviour, a column for each runtime. */
export function table(columns: Column[]): string {
  const row = (cells: string[]): string => `| ${cells.join(' | ')} |`
  const behaviours = Object.keys(columns[0]!.outcomes)
  const rows = behaviours.map((behaviour) =>
    row([
      behaviour,
      ...columns.map(({ family, outcomes }) =>
        outcomes[behaviour] === null ? 'yes' : (differences[behaviour]?.[family] ?? '?'),
      ),
    ]),
  )
  return (
    [row(['behaviour', ...columns.map(({ name }) => name)]), row(Array(columns.length + 1).fill('---')), ...rows].join(
      '\n',
    ) + '\n'
  )
}

/** What README.md says; with UPDATE_README=1 it says `now` from now on. */
export function documented(now: string): string | undefined {
  const text = readFileSync(DOCUMENT, 'utf8')
  if (process.env['UPDATE_README']) writeFileSync(DOCUMENT, text.replace(PLACE, now))
  return PLACE.exec(readFileSync(DOCUMENT, 'utf8'))?.[0]
}
