// NODE_DEBUG=libcurl: the trace of every fetch on standard error, as curl -v writes it, by util.debuglog. Values of
// secret headers are left out. Docs: docs/observing.md
import type { HopObserver, Observer } from '../../fetch/observe.js'
import { isomorphicDecode } from '../../http/headers.js'
import { redactLine } from '../../http/secrets.js'
import type { DebugKind } from '../../libcurl/debug-kinds.js'
import { util } from './builtin.js'

/** How curl -v begins lines of each kind. */
const MARKS: { readonly [K in DebugKind]?: string } = { text: '*', 'header-in': '<', 'header-out': '>' }
const DATA: { readonly [K in DebugKind]?: string } = { 'data-in': '{', 'data-out': '}' }

export class DebugLog implements Observer {
  readonly active = true
  readonly #write: (line: string) => void
  #hops = 0

  constructor(write: (line: string) => void) {
    this.#write = write
  }

  /** Lines have the number of the hop, because transfers run side by side. */
  begin(): HopObserver {
    const id = ++this.#hops
    /** The part of a line of the request that has been sent: a secret is only known as such in its line. */
    let rest = ''
    return {
      trace: (kind, bytes) => {
        let text = kind in MARKS ? isomorphicDecode(bytes) : ''
        if (kind === 'header-out') {
          text = rest + text
          const end = text.lastIndexOf('\n') + 1
          rest = text.slice(end)
          text = text.slice(0, end)
          if (text === '') return true
        }
        for (const line of linesOf(kind, text, bytes.length)) this.#write(`#${id} ${line}`)
        return true
      },
      ended: ({ error, complete, timings }) => {
        const { cause } = (error ?? {}) as { cause?: unknown }
        const end = error !== null ? `failed: ${String(cause ?? error)}` : complete ? 'complete' : 'cancelled'
        this.#write(`#${id} * ${end} after ${timings.total.toFixed(1)} ms`)
      },
    }
  }
}

/** Without control characters, which a server could send to a terminal. */
function printable(line: string): string {
  return line.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

function linesOf(kind: DebugKind, text: string, size: number): string[] {
  const data = DATA[kind]
  if (data) return [`${data} [${size} bytes data]`]
  const mark = MARKS[kind]
  if (!mark) return []
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/)
  return lines.map((line) => `${mark} ${printable(redactLine(line))}`.trimEnd())
}

/** The log if the environment asks for it. Otherwise nothing of Node's is loaded for it. */
export function debugLog({ NODE_DEBUG }: Record<string, string | undefined>): DebugLog | null {
  if (!NODE_DEBUG) return null
  const log = util().debuglog('libcurl')
  // Bun does not say whether it is enabled
  return log.enabled === false ? null : new DebugLog((line) => log('%s', line))
}
