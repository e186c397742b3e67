// Puts the command of an earlier run at the prompt, where it can be changed before Enter runs it. Once it is there, the
// same button or key runs it, as with the examples. It says what will be missing: files that are gone, and secrets that
// a link has left out.
import { filesRead } from '../command/files-read.js'
import { REDACTED } from '../command/redact.js'
import { parse } from '../command/shell.js'
import type { Run, Store } from '../model.js'
import { listed } from '../panels/format.js'
import type { OptionTable } from '../../../ts/tool/javascript/curl-options.js'
import type { Console } from '../terminal/console.js'
import { HOME } from '../worker/home.js'
import { BUILTINS } from './builtins.js'

export interface RetryOptions {
  store: Store
  table: OptionTable
  console: () => Console
  /** Makes the terminal visible. */
  show: () => void
  tell: (text: string, detail?: string) => void
}

export class Retry {
  readonly #options: RetryOptions

  constructor(options: RetryOptions) {
    this.#options = options
  }

  /** Puts the command of the run that is shown at the prompt, or runs it if it is there. */
  again(): void {
    const { store, console, show, tell } = this.#options
    const run = store.state.shown
    if (!run) return tell('Nothing has been run yet')
    const terminal = console()
    const ready = terminal.line === run.text && !terminal.running && !run.text.includes(REDACTED)
    // a command of somebody else must be in sight before it runs
    if (ready && (!run.shared || terminal.element.checkVisibility())) return void terminal.enter()
    show()
    terminal.put(run.text)
    terminal.focus()
    if (terminal.running) tell('The command is at the next prompt', 'It appears when the present command has ended.')
    const missing = this.#missing(run)
    if (missing.length > 0) tell('This command reads files that are gone', `${listed(missing)}: add it in Files.`)
    if (run.text.includes(REDACTED))
      tell('The secrets of this command are not in it', `Replace each ${REDACTED} first.`)
  }

  /** The names of files that the command of a run reads, and that do not exist. */
  #missing({ text }: Run): string[] {
    const { store, table } = this.#options
    const existing = new Set(store.state.files.map(({ path }) => path))
    try {
      const { commands } = parse(text, { builtins: Object.keys(BUILTINS) })
      const names = commands.flatMap((command) => (command.name === 'curl' ? filesRead(command, table) : []))
      return names.filter((name) => !name.startsWith('/etc/') && !existing.has(absolute(name)))
    } catch {
      return [] // the terminal says what is wrong when the line is entered
    }
  }
}

/** The path of a file without . and .., as the list of files has it. */
function absolute(name: string): string {
  const parts: string[] = []
  for (const part of (name.startsWith('/') ? name : `${HOME}/${name}`).split('/'))
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  return `/${parts.join('/')}`
}
