// Runs a line that was entered: parses it, and runs its commands one after the other, curl in the Worker and the others
// here.
import { parse, ShellError, type Command } from '../command/shell.js'
import type { Run, Store } from '../model.js'
import { count, size } from '../panels/format.js'
import type { Console } from '../terminal/console.js'
import { widthOf } from '../terminal/width.js'
import { INTERRUPTED, type Tool } from '../worker/client.js'
import { MODIFIER } from './platform.js'
import { BUILTINS, runBuiltin, type Place } from './builtins.js'
import { adviceFor, meaningOf } from './explanations.js'

/** How many runs are kept. Each keeps its bodies. */
const RUNS = 30

/** Exit statuses for: proxy not resolved, host not resolved, no connection. */
const UNREACHABLE = new Set([5, 6, 7])

export interface SessionOptions {
  store: Store
  tool: Tool
  console: () => Console
  place: () => Place
  /** Shows the progress, in a line. '' when the command has ended. */
  progress: (text: string) => void
  ended: (run: Run) => void
}

export class Session {
  readonly #options: SessionOptions
  #current: Run | null = null
  #stopped = false
  #nextRun = 1

  constructor(options: SessionOptions) {
    this.#options = options
  }

  get running(): boolean {
    return this.#current !== null
  }

  /** Adds a run that was not made here, and shows it. */
  adopt(make: (id: number) => Run): void {
    this.#add(make(this.#nextRun++))
  }

  #add(run: Run): void {
    const { store } = this.#options
    const { runs } = store.state
    runs.push(run)
    runs.splice(0, runs.length - RUNS)
    store.changed('runs')
    store.show(run)
  }

  /** Runs a line. Resolves when all its commands have ended. */
  async enter(line: string): Promise<void> {
    let commands: Command[]
    try {
      commands = parse(line, { builtins: Object.keys(BUILTINS) }).commands
    } catch (error) {
      return this.#complain(line, error)
    }
    this.#stopped = false
    let status = 0
    for (const command of commands) {
      if (this.#stopped) return
      if (command.when !== 'always' && (status === 0) !== (command.when === 'success')) continue
      status = await this.#perform(command, commands.length === 1 ? line : line.slice(command.at, command.end))
    }
  }

  stop(): void {
    this.#stopped = true
    if (this.#current) this.#options.tool.stop(this.#current)
  }

  async #perform(command: Command, text: string): Promise<number> {
    const { console, place } = this.#options
    const { name, argv, redirects } = command
    if (name === 'curl') return this.#curl(command, text.trim())
    try {
      return await runBuiltin(name, argv, redirects, place())
    } catch (error) {
      console().screen.line('bad', `${name}: ${(error as Error).message}`)
      return 1
    }
  }

  async #curl({ argv, env, redirects }: Command, text: string): Promise<number> {
    const { store, tool, progress, ended } = this.#options
    const { screen } = this.#options.console()
    const run: Run = {
      ...{ id: this.#nextRun++, text, argv, startedAt: Date.now(), duration: null, status: null },
      ...{ transfers: [], connections: [] },
    }
    const { state } = store
    this.#add(run)
    this.#current = run
    if (state.module.state !== 'ready') progress('curl is still loading, and the command will start by itself')

    // on standard output a lone carriage return is not obeyed, because it could hide text; on standard error curl's
    // progress meter needs it
    const streams = { stdout: screen.stranger(false), stderr: screen.stranger(true) }
    let omitted = 0
    const terminal = { columns: screen.columns, rows: screen.rows }
    const error = await tool.run(
      run,
      { env: { ...env }, redirects, relay: state.relay.url, terminal },
      {
        output: (stream, bytes, drawn) => {
          if (this.#stopped) return drawn()
          streams[stream].write(bytes, drawn)
        },
        omitted: (bytes) => {
          omitted = bytes
          progress(`${size(omitted)} more came, and are not shown here; Ctrl-C stops`)
        },
      },
    )
    for (const stream of [streams.stdout, streams.stderr]) stream.end()
    progress('')
    if (this.#stopped) screen.write('^C\r\n')
    if (omitted > 0) screen.line('dim', `… ${size(omitted)} more (${count(omitted)} bytes): see Response`)
    if (error !== null) screen.line('bad', `curl: ${error}`)
    else if (run.status && run.status !== INTERRUPTED) screen.line('dim', `exit ${run.status}: ${meaningOf(run)}`)
    const advice = adviceFor(run)
    if (advice) screen.line('dim', advice)
    if (run.status && UNREACHABLE.has(run.status)) this.#explainRelay()
    this.#current = null
    ended(run)
    return run.status ?? 1
  }

  /** Says what is wrong with the relay. curl does not know about it, and cannot. */
  #explainRelay(): void {
    const { screen } = this.#options.console()
    const { url, state, detail } = this.#options.store.state.relay
    if (url === '')
      screen.line('bad', `no relay is chosen, and a page cannot open sockets itself (${MODIFIER} R chooses one)`)
    else if (state === 'down') screen.line('bad', `the relay ${url}: ${detail} (${MODIFIER} R chooses another)`)
  }

  /** Shows what is wrong, and where. */
  #complain(line: string, error: unknown): void {
    const { screen } = this.#options.console()
    if (error instanceof ShellError) {
      const start = line.lastIndexOf('\n', error.at - 1) + 1
      const [end] = [line.indexOf('\n', start)]
      const before = line.slice(start, error.at)
      const prompt = start === 0 ? 2 : 0
      if (start > 0 || widthOf(before) + 2 >= screen.columns) {
        // shows the part of the line around the error that fits
        const room = Math.max(10, Math.floor(screen.columns / 2))
        const head = before.slice(-room)
        const tail = line.slice(error.at, end < 0 ? undefined : end).slice(0, room - 2)
        screen.line('dim', (head + tail).replaceAll('\t', ' '))
        screen.line('bad', `${' '.repeat(widthOf(head))}^`)
      } else screen.line('bad', `${' '.repeat(prompt + widthOf(before))}^`)
    }
    screen.line('bad', (error as Error).message)
  }
}
