// The curl tool as a function, which runs a command line in this process. It knows no runtime: an entry such as
// ts/runtimes/node/tool.ts says where the module is and what it runs on.
import type { WasmModule } from '../../shim/platform.js'
import type { HostOptions } from '../../shim/host.js'
import { startingAt } from '../../shim/files/directory.js'
import type { FileSystem } from '../../shim/files/filesystem.js'
import type { Descriptor, TerminalSize } from '../../shim/descriptors.js'
import type { Reactor } from '../../shim/reactor.js'
import { StreamInput, StreamOutput } from '../../shim/streams.js'
import type { Transport } from '../../shim/transports/transport.js'
import { CURLE_WRITE_ERROR } from '../libcurl/constants.gen.js'
import { compileModule, type ModuleSource } from '../common/module.js'
import { Program, type Argument } from './program.js'
import type { Recorder } from './record.js'
import { onAbort } from '../common/signals.js'
import type { Trace } from './trace.js'

/** The environment of a run of the tool. By default it is that of the process, if there is a process. */
export interface ToolOptions {
  /** What `-T -`, `-d @-`, `-K -` and prompts read: bytes. It is cancelled when the tool ends. */
  stdin?: ReadableStream<Uint8Array> | 'inherit'
  /**
   * Gets bytes; closed when the tool ends. To keep the order of stdout and stderr, give the same stream for both,
   * because each stream has a queue of its own. Backpressure reaches the server, except that what file:// reads, and
   * the text of a trace or of the manual, comes at once.
   */
  stdout?: WritableStream<Uint8Array> | 'inherit'
  stderr?: WritableStream<Uint8Array> | 'inherit'
  /** The whole environment. */
  env?: Record<string, string | undefined>
  /** The file system that `-o`, `-T`, `-K`, `~/.curlrc` and cookie jars are in. */
  files?: FileSystem
  /** The working directory: an absolute POSIX path of that file system. */
  cwd?: string
  transport?: Transport
  /**
   * The module, if it is not the one that comes with the package. A compiled module is used as it is; any other source
   * is compiled again for each run.
   */
  module?: ModuleSource | Promise<ModuleSource>
  /** Gets what the transfers do, and how they end. */
  trace?: Trace
  /** Stops the tool at once, as Ctrl-C does. */
  signal?: AbortSignal
  /** Makes the streams given above a terminal of this size. */
  terminal?: TerminalSize
}

/** What an entry provides. */
export interface ToolRuntime {
  /** The module that comes with the package, compiled. */
  module(): Promise<WasmModule>
  /** Loads a module from a URL, and compiles it. */
  load(url: string | URL): Promise<WasmModule>
  /** @param transport The one that replaces the host's own. */
  host(transport?: Transport): HostOptions
}

/** The exit status of a tool that a signal has stopped: 128 plus the number of SIGINT, as in shells. */
export const INTERRUPTED = 130

function standard(options: ToolOptions, inherited: HostOptions['standard']): HostOptions['standard'] {
  return (reactor: Reactor) => {
    const own = inherited(reactor)
    const size = options.terminal ?? null
    const output = (stream: ToolOptions['stdout'], fd: 1 | 2): Descriptor =>
      stream === undefined || stream === 'inherit' ? own[fd] : new StreamOutput(stream, size)
    const { stdin, stdout, stderr } = options
    const first = output(stdout, 1)
    return [
      stdin === undefined || stdin === 'inherit' ? own[0] : new StreamInput(stdin, reactor, size),
      first,
      // one stream for both, like 2>&1
      stderr === stdout && typeof stderr === 'object' ? first : output(stderr, 2),
    ]
  }
}

/**
 * Runs the curl tool. `argv` has the arguments after the tool's name, as bytes if they are not UTF-8. Resolves with the
 * exit status: a CURLcode, or 130 if the signal has stopped it. It resolves only when stdout and stderr have taken all
 * output, so they have to be read meanwhile. Rejects with a TypeError for invalid arguments, and with the engine's
 * error if the module cannot be loaded or traps. telnet:// blocks the thread, as it blocks a native curl, and cannot
 * read a stream.
 * @see curl(1)
 */
export type RunTool = (argv: readonly Argument[], options?: ToolOptions) => Promise<number>

/** Makes the runTool of an entry. */
export function makeRunTool(runtime: ToolRuntime): RunTool {
  return (argv, options = {}) => run(runtime, argv, options)
}

function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === '[object Uint8Array]'
}

/** runTool; with a recorder, only records what the tool would do. */
export async function run(
  runtime: ToolRuntime,
  argv: readonly Argument[],
  options: ToolOptions,
  recorder?: Recorder,
): Promise<number> {
  if (!Array.isArray(argv)) throw new TypeError(`the arguments have to be an array, not ${JSON.stringify(argv)}`)
  for (const argument of argv) {
    const sound = typeof argument === 'string' ? !argument.includes('\0') : isBytes(argument) && !argument.includes(0)
    if (!sound)
      throw new TypeError(
        `an argument has to be a string or a Uint8Array, without NUL, not ${JSON.stringify(argument)}`,
      )
  }
  for (const name of ['stdin', 'stdout', 'stderr'] as const) {
    const stream = options[name]
    if (typeof stream === 'object' && stream.locked)
      throw new TypeError(`${name} is locked to another reader or writer`)
  }
  const { signal } = options
  const loading = options.module === undefined ? runtime.module() : compileModule(options.module, runtime.load)
  options.transport?.prepare?.()
  const module = await loading
  const host = runtime.host(options.transport)
  const given = options.files ?? host.files
  const files = options.cwd === undefined ? given : startingAt(given, options.cwd)
  const program = new Program(
    {
      ...host,
      standard: standard(options, host.standard),
      environment: options.env ?? host.environment,
      files: recorder?.files(files) ?? files,
      transport: options.transport ?? host.transport,
    },
    { ...(options.trace && { trace: options.trace }), ...(recorder && { recorder }) },
  )
  const interrupt = (): void => program.stop(INTERRUPTED)
  if (signal?.aborted) {
    interrupt()
    return INTERRUPTED
  }
  const stopListening = signal && onAbort(signal, interrupt)
  try {
    const status = await program.run(module, ['curl', ...argv])
    return status === 0 && program.outputFailed ? CURLE_WRITE_ERROR : status
  } catch (error) {
    if (error === INTERRUPTED) return INTERRUPTED
    throw error
  } finally {
    stopListening?.()
  }
}
