// The differences between runtimes, with reasons: a run must find exactly these. Also makes their table in README.md.
import { readFileSync, writeFileSync } from 'node:fs'
import type { Outcomes } from './runtimes.js'

const NOT_REPORTED = 'no: workerd does not report it'

/** behaviour -> family of runtimes -> 'yes' or 'no', with the reason */
export const differences: Record<string, Record<string, string>> = {
  'fetch() starts the module by itself': { 'a page': 'no: call `init({ transport })` first' },
  'connections are reused, and HTTP/2 multiplexes them': {
    workerd: 'no: a socket belongs to one request. `fetch` closes its own, a `Multi` keeps them until it is closed',
  },
  'blocking calls': {
    workerd: 'no: it has neither Workers nor memory that they share',
    'a page': 'no: it must not block. A Worker in it can, with `libcurl-wasm/sync`',
  },
  'refused and unknown names are told apart': {
    workerd: NOT_REPORTED,
    'a page': 'no: both are error 7; its cause tells them apart, if the relay reports it',
  },
  'the addresses of both ends': {
    workerd: NOT_REPORTED,
    'a page': 'no: the relay connects; the page sees placeholder addresses for names',
  },
  'files on disk': {
    Deno: 'yes: with `--allow-read` and `--allow-write`',
    workerd: 'no: files are in memory',
    'a page': 'no: files are in memory',
  },
  'the environment': { Deno: 'yes: with `--allow-env`', workerd: 'no: there is none', 'a page': 'no: there is none' },
  'unix sockets': {
    Deno: 'yes: with `--allow-read` and `--allow-write`',
    workerd: 'no: workerd has TCP only',
    'a page': 'no: a relay carries TCP and UDP only',
  },
  'UDP (TFTP)': {
    workerd: 'no: workerd has TCP only',
    'a page': 'no: a stream of the relay has one port of the server, and TFTP answers from another',
  },
  'listening sockets (active FTP)': { workerd: 'no: workerd has TCP only', 'a page': 'no: a relay does not listen' },
}

const DOCUMENT = new URL('../../README.md', import.meta.url)
const PLACE = /(?<=<!-- behaviours -->\n)[^]*(?=<!-- \/behaviours -->)/

export interface Column {
  /** 'Node 20, 22, 24' */
  name: string
  family: string
  outcomes: Outcomes
}

/** The table in Markdown: a row for each behaviour, a column for each runtime, and below it the numbered reasons. */
export function table(columns: Column[]): string {
  const row = (cells: string[]): string => `| ${cells.join(' | ')} |`
  const reasons: string[] = []
  const cell = (difference = 'no: ?'): string => {
    const [, answer, reason] = /^(yes|no): (.*)$/.exec(difference)!
    if (!reasons.includes(reason!)) reasons.push(reason!)
    return `${answer} <sup>${reasons.indexOf(reason!) + 1}</sup>`
  }
  const rows = Object.keys(columns[0]!.outcomes).map((behaviour) =>
    row([
      behaviour,
      ...columns.map(({ family, outcomes }) =>
        outcomes[behaviour] === null ? 'yes' : cell(differences[behaviour]?.[family]),
      ),
    ]),
  )
  const head = [row(['behaviour', ...columns.map(({ name }) => name)]), row(Array(columns.length + 1).fill('---'))]
  return [...head, ...rows, '', ...reasons.map((reason, i) => `${i + 1}. ${reason}`)].join('\n') + '\n'
}

/** The table in README.md. With UPDATE_README=1 it is replaced by `now`. */
export function documented(now: string): string | undefined {
  const text = readFileSync(DOCUMENT, 'utf8')
  if (process.env['UPDATE_README']) writeFileSync(DOCUMENT, text.replace(PLACE, now))
  return PLACE.exec(readFileSync(DOCUMENT, 'utf8'))?.[0]
}
