// Runs a C program with a main() and blocking calls on a host: the curl tool, and curl's own library tests. Where the
// program blocks, Asyncify suspends it, and the reactor drives its multi handles until it can go on. (C side:
// wasm/src/tool/driven.c and wasm/src/tool/blocking.c)
import type { WasmImports, WasmModule } from '../../shim/platform.js'
import { Asyncify, type AsyncifyExports } from '../../shim/asyncify.js'
import { soon } from '../../shim/clock.js'
import { Host, type HostOptions } from '../../shim/host.js'
import { interestOf, pollOnce } from '../../shim/poll.js'
import { READABLE } from '../../shim/descriptors.js'
import { pollfd } from '../../shim/abi.js'
import { Watchable } from '../../shim/reactor.js'
import { StreamInput, StreamOutput } from '../../shim/streams.js'
import { Timer } from '../../shim/timer.js'
import { ExitError } from '../../shim/wasi.js'
import { Drive } from '../libcurl/drive.js'
import { storeString } from './c-string.js'
import { storeManual } from './manual.js'
import type { Recorder } from './record.js'
import { traceImports, type Trace, type TraceExports } from './trace.js'

interface ProgramExports extends AsyncifyExports, TraceExports {
  _initialize(): void
  run(argc: number, argv: number): number
  socket_action(multi: number, s: number, events: number): number
}

/** An argument of a command line; as bytes if it is not UTF-8. */
export type Argument = string | Uint8Array

/** Why a wait has ended: the same numbers as in wasm/src/tool/driven.c. */
const WAIT_EVENT = 0
const WAIT_QUIET = 1
const WAIT_STANDARD = 2

/** The recorder's imports without a recorder: they are never called. */
const NOT_RECORDING = { created() {}, option() {}, mime() {}, perform() {}, closed() {} }

/** Runs a program, and returns its exit status: that of main() or of exit(). */
async function exitStatus(asyncify: Asyncify, run: () => number): Promise<number> {
  try {
    return await asyncify.start(run)
  } catch (error) {
    if (error instanceof ExitError) return error.status
    throw error
  }
}

export class Program {
  readonly host: Host
  readonly #asyncify = new Asyncify()
  readonly #drives = new Map<number, Drive>()
  readonly #timeout = new Timer(() => this.#resume?.())
  readonly #trace: Trace | undefined
  readonly #recorder: Recorder | undefined
  readonly #input: StreamInput | null
  readonly #outputs: StreamOutput[]
  #exports: ProgramExports | null = null
  readonly #instance = () => ({ exports: this.#exports!, memory: this.host.memory })
  /** An output was full, so the program writes no more until its next wait has ended. */
  #held = false
  /** Whether socket_action was called since the program last waited. */
  #acted = false
  /** Rejects when the program is stopped. */
  readonly #stopped: Promise<never>
  #fail!: (reason: unknown) => void
  readonly #stdout: unknown
  /** Ends the current wait of the program. #forEvents: an event of a multi handle ends it too. */
  #resume: (() => void) | null = null
  #forEvents = false
  /** Whether #resumeSoon() has a task of its own to come. */
  #resuming = false
  /** How many transfers run in the multi handle whose event was the last one. */
  #running = -1
  /** How many waits inside of libcurl are not over yet. Until they are, libcurl must not be entered. */
  #blocking = 0
  /** Calls of libcurl that are delayed until then. */
  readonly #later: (() => void)[] = []

  /** With a recorder the program transfers nothing. */
  constructor(options: HostOptions, { trace, recorder }: { trace?: Trace; recorder?: Recorder } = {}) {
    this.#trace = trace
    this.#recorder = recorder
    this.host = new Host(options)
    const standard = [0, 1, 2].map((fd) => this.host.descriptors.get(fd))
    this.#input = standard[0] instanceof StreamInput ? standard[0] : null
    this.#stdout = standard[1]
    this.#stopped = new Promise((_, reject) => (this.#fail = reject))
    this.#stopped.catch(() => {})
    this.#outputs = [...new Set(standard)].filter((descriptor) => descriptor instanceof StreamOutput)
  }

  #imports(): WasmImports {
    const asyncify = this.#asyncify
    return {
      ...this.host.imports(),
      libcurl: {
        on_socket: (multi: number, _easy: number, s: number, what: number) => (this.#drive(multi).watch(s, what), 0),
        on_timer: (multi: number, ms: number) => (this.#drive(multi).setTimer(ms), 0),
      },
      tool: {
        wait: asyncify.suspending((multi, ms) =>
          this.#drives.has(multi!) ? this.#wait(ms!) : (this.#drive(multi!), WAIT_QUIET),
        ),
        starved: () => (this.#input?.starved ? 1 : 0),
        clogged: () => ((this.#held ||= this.#outputs.some((output) => output.full)) ? 1 : 0),
        forget: (multi: number) => this.#forget(multi),
        never_made: (errno: number) => (this.host.failures.takeNeverMade(errno) ? 1 : 0),
        ...traceImports(this.#trace, (error) => asyncify.stop(error), this.#instance),
        recording: () => (this.#recorder ? 1 : 0),
        ...(this.#recorder?.imports(() => this.host.memory) ?? NOT_RECORDING),
        poll: asyncify.suspending((fds, count, ms) => this.#poll(fds!, count!, ms!)),
        block: asyncify.suspending((fds, count, ms) => this.#pollOnce(fds!, count!) || this.#block(fds!, count!, ms!)),
        manual: asyncify.suspending((out) => storeManual(out!, this.#instance)),
      },
    }
  }

  /**
   * Calls main(). Resolves with its exit status when the streams have taken all output. Rejects if the module traps,
   * with the reason given to stop(), or with an unexpected error of the host, which a status would hide.
   */
  async run(module: WasmModule, argv: readonly Argument[]): Promise<number> {
    try {
      const instance = await WebAssembly.instantiate(module, this.#imports())
      const exports = (this.#exports = instance.exports as unknown as ProgramExports)
      this.host.attach(exports.memory)
      exports._initialize()
      this.#asyncify.attach(exports)
      const at = this.#writeArguments(argv)
      const status = await exitStatus(this.#asyncify, () => exports.run(argv.length, at))
      this.#close()
      await Promise.race([this.#stopped, Promise.all(this.#outputs.map((output) => output.finished()))])
      if (this.host.failures.mistake) throw this.host.failures.mistake.cause
      return status
    } finally {
      this.#close()
    }
  }

  /** Ends the program at once, where it waits. */
  stop(reason: unknown): void {
    this.#asyncify.stop(reason)
    this.#fail(reason)
    this.#close()
  }

  /** Whether writing to standard output has failed. */
  get outputFailed(): boolean {
    return this.#outputs.some((output) => output.failed && output === this.#stdout)
  }

  #close(): void {
    this.#timeout.set(-1)
    for (const drive of this.#drives.values()) drive.stop()
    this.#drives.clear()
    this.host.close()
  }

  #writeArguments(argv: readonly Argument[]): number {
    const instance = this.#instance()
    const pointers = argv.map((argument) => storeString(instance, argument))
    const at = instance.exports.malloc((pointers.length + 1) * 4)
    ;[...pointers, 0].forEach((pointer, i) => this.host.memory.setU32(at + i * 4, pointer))
    return at
  }

  // --- waiting ---

  /**
   * Waits until the outputs accept more, then for the next event of a multi handle, or for standard input if a read
   * found none, but at most `ms` milliseconds.
   */
  async #wait(ms: number): Promise<number> {
    let fed = false
    await this.#outputsWantMore()
    if (this.#held) {
      this.#held = false
      return WAIT_STANDARD
    }
    this.#forEvents = true
    await this.#until(ms, (watch) => {
      if (this.#input?.wanted) watch(this.#input, READABLE, () => (fed = true))
    })
    this.#forEvents = false
    const acted = this.#acted
    this.#acted = false
    if (fed) {
      this.#input!.wanted = false // reported to the program once, which then reads when it likes
      return WAIT_STANDARD
    }
    return acted ? WAIT_EVENT : WAIT_QUIET
  }

  /** Stops all events until the outputs accept more. This is how the program gets backpressure. */
  async #outputsWantMore(): Promise<void> {
    for (const output of this.#outputs) {
      if (!output.clogged) continue
      this.host.reactor.hold()
      await output.drained()
      this.host.reactor.release()
    }
  }

  /**
   * poll(2). The event loop always gets a turn, because a program that polls in a loop would otherwise see no event.
   */
  async #poll(fds: number, count: number, ms: number): Promise<number> {
    const { descriptors, memory } = this.host
    const ready = this.#pollOnce(fds, count) > 0
    await this.#until(ready ? 0 : ms, (watch) => {
      if (ready) return
      for (let at = fds; at < fds + count * pollfd.size; at += pollfd.size) {
        const fd = memory.view.getInt32(at + pollfd.fd, true)
        const descriptor = fd >= 0 ? descriptors.get(fd) : null
        if (descriptor instanceof Watchable)
          watch(descriptor, interestOf(memory.view.getInt16(at + pollfd.events, true)))
      }
    })
    return this.#pollOnce(fds, count)
  }

  /**
   * poll(2) inside of libcurl, which must not be entered meanwhile. Its sockets may be watched for a multi handle
   * already, so they are polled again whenever anything has changed.
   */
  #block(fds: number, count: number, ms: number): Promise<number> {
    const { reactor } = this.host
    this.#blocking++
    reactor.hold()
    return new Promise((resolve) => {
      const done = (): void => {
        stopLooking()
        timeout.set(-1)
        resolve(this.#pollOnce(fds, count))
        soon(() => this.#unblock()) // after the program has gone on, or has blocked again
      }
      const timeout = new Timer(done)
      const stopLooking = reactor.look(() => {
        if (this.#pollOnce(fds, count) > 0) done()
      })
      timeout.set(ms)
    })
  }

  #unblock(): void {
    this.#blocking--
    this.host.reactor.release()
    while (this.#blocking === 0 && this.#later.length > 0) this.#later.shift()!()
  }

  #pollOnce(fds: number, count: number): number {
    return pollOnce({ memory: () => this.host.memory, descriptors: this.host.descriptors }, fds, count)
  }

  /**
   * Waits until `ms` have passed (-1: without limit), something that `begin` watches is ready, or #resume is called.
   */
  #until(
    ms: number,
    begin: (watch: (what: Watchable, interest: number, ready?: () => void) => void) => void,
  ): Promise<void> {
    const { reactor } = this.host
    const watched: Watchable[] = []
    return new Promise((resolve) => {
      const done = (): void => {
        if (this.#resume !== done) return
        this.#resume = null
        this.#timeout.set(-1)
        // at once, because something ready would be reported repeatedly until the program goes on
        for (const what of watched) reactor.unwatch(what)
        resolve()
      }
      this.#resume = done
      if (ms >= 0) this.#timeout.set(ms)
      begin((what, interest, ready) => {
        watched.push(what)
        reactor.watch(what, interest, () => {
          ready?.()
          done()
        })
      })
    })
  }

  // --- multi handles ---

  #drive(multi: number): Drive {
    let drive = this.#drives.get(multi)
    if (!drive) this.#drives.set(multi, (drive = new Drive(this.host, (s, events) => this.#act(multi, s, events))))
    return drive
  }

  #forget(multi: number): void {
    this.#drives.get(multi)?.stop()
    this.#drives.delete(multi)
  }

  #act(multi: number, s: number, events: number): void {
    if (this.#blocking > 0) return void this.#later.push(() => this.#act(multi, s, events))
    const acted = (running: number): void => {
      this.#acted = true
      if (!this.#forEvents) return
      const ended = running !== this.#running
      this.#running = running
      if (ended || this.#outputs.some((output) => output.clogged)) this.#resume?.()
      else this.#resumeSoon()
    }
    const failed = (error: unknown): void => this.#asyncify.stop(error)
    try {
      const result = this.#asyncify.start(() => this.#exports!.socket_action(multi, s, events))
      if (typeof result === 'number') acted(result)
      else result.then(acted, failed)
    } catch (error) {
      failed(error)
    }
  }

  /**
   * Ends a wait after the events that the host has at this moment, because a fast connection has a dozen in a row.
   */
  #resumeSoon(): void {
    if (this.#resuming) return
    this.#resuming = true
    soon(() => {
      this.#resuming = false
      if (this.#forEvents && this.#acted) this.#resume?.()
    })
  }
}
