// Asyncify: lets a call of the module wait for the host's events, on engines whose WebAssembly cannot suspend.
//
// An import that has to wait starts an unwind: the functions that wasm/link instruments save their locals and return
// one after the other, until start() has control again. Later it starts a rewind and calls the module again: the
// functions return to where they were, and the import is called a second time and returns the result of the wait.
// @see https://github.com/WebAssembly/binaryen/blob/main/src/passes/Asyncify.cpp

import type { WasmMemory } from './platform.js'

/** What Binaryen's pass adds to the exports, and what else is used of them. */
export interface AsyncifyExports {
  asyncify_start_unwind(data: number): void
  asyncify_stop_unwind(): void
  asyncify_start_rewind(data: number): void
  asyncify_stop_rewind(): void
  memory: WasmMemory
  malloc(size: number): number
}

/** Bytes for the saved locals. A suspended stack has about ten frames. */
const STACK_SIZE = 32 * 1024
const HEADER_SIZE = 8

type Import = (...args: number[]) => number

/** A call that can be suspended. */
interface Fiber {
  /** Where its locals are saved. */
  data: number
  /** What it waits for. */
  pending: Promise<number> | null
  /** Whether it is being resumed: `value` is the result of its wait. */
  rewinding: boolean
  value: number
}

/** Several calls can be suspended at a time. They share one C stack, so the last one is resumed first. */
export class Asyncify {
  #exports: AsyncifyExports | null = null
  readonly #unused: Fiber[] = []
  /** The call that runs. */
  #current: Fiber | null = null
  /** The suspended calls, the last one at the end. */
  readonly #aside: Fiber[] = []
  /** Resolvers of calls that can go on, but are not the last one yet. */
  readonly #turns: (() => void)[] = []
  /** Rejects the calls that wait for the host. */
  readonly #rejects = new Set<(error: unknown) => void>()
  #stopped: { error: unknown } | null = null

  /** To be called once, before start(). */
  attach(exports: AsyncifyExports): void {
    this.#exports = exports
  }

  /** Makes an import of a function that may have to wait. If it returns a number, nothing is suspended. */
  suspending(body: (...args: number[]) => number | Promise<number>): Import {
    return (...args) => {
      const exports = this.#exports!
      const fiber = this.#current
      if (!fiber) throw new Error('the program waits in a call that cannot be suspended')
      if (fiber.rewinding) {
        fiber.rewinding = false
        exports.asyncify_stop_rewind()
        return fiber.value
      }
      const result = body(...args)
      if (typeof result === 'number') return result
      fiber.pending = result
      const view = new DataView(exports.memory.buffer)
      view.setUint32(fiber.data, fiber.data + HEADER_SIZE, true)
      view.setUint32(fiber.data + 4, fiber.data + HEADER_SIZE + STACK_SIZE, true)
      exports.asyncify_start_unwind(fiber.data)
      return 0
    }
  }

  /**
   * Calls an export that may suspend. Returns what the export returns, or a promise of it if the call was suspended.
   * The promise rejects when a wait rejects, with the same error.
   */
  start(call: () => number): number | Promise<number> {
    const fiber = this.#unused.pop() ?? this.#fiber()
    const result = this.#step(fiber, call)
    return fiber.pending ? this.#goOn(fiber, call) : result
  }

  async #goOn(fiber: Fiber, call: () => number): Promise<number> {
    for (;;) {
      fiber.value = await this.#settled(fiber.pending!)
      while (this.#aside.at(-1) !== fiber) await new Promise<void>((resolve) => this.#turns.push(resolve))
      this.#aside.pop()
      fiber.pending = null
      fiber.rewinding = true
      this.#exports!.asyncify_start_rewind(fiber.data)
      const result = this.#step(fiber, call)
      if (fiber.pending === null) return result
    }
  }

  /** Waits for the host, until stop() at the latest. */
  async #settled(pending: Promise<number>): Promise<number> {
    let stop: (error: unknown) => void
    const stopped = new Promise<never>((_, reject) => this.#rejects.add((stop = reject)))
    try {
      return await Promise.race([pending, stopped])
    } finally {
      this.#rejects.delete(stop!)
    }
  }

  #step(fiber: Fiber, call: () => number): number {
    this.#throwIfStopped()
    this.#current = fiber
    try {
      const result = call()
      if (fiber.pending) {
        this.#exports!.asyncify_stop_unwind()
        this.#aside.push(fiber)
      } else {
        this.#unused.push(fiber)
        for (const turn of this.#turns.splice(0)) turn()
      }
      return result
    } finally {
      this.#current = null
      this.#throwIfStopped() // the call itself may have caused that
    }
  }

  #fiber(): Fiber {
    const data = this.#exports!.malloc(HEADER_SIZE + STACK_SIZE)
    if (data === 0) throw new RangeError('out of memory')
    return { data, pending: null, rewinding: false, value: 0 }
  }

  #throwIfStopped(): void {
    if (this.#stopped) throw this.#stopped.error
  }

  /** Makes all calls reject with `error`. Suspended calls are never resumed. */
  stop(error: unknown): void {
    this.#stopped ??= { error }
    for (const reject of this.#rejects) reject(error)
  }
}
