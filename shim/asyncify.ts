// Asyncify: a call of the module that can wait for the host's events, on engines whose WebAssembly cannot.
//
// An import that has to wait starts an unwind: the functions that wasm/link instruments save their locals and return one
// after the other, until start() has control again. Later it starts a rewind and calls the module anew: the functions
// return to where they were, and the import is called a second time to say what came of the wait.
// @see https://github.com/WebAssembly/binaryen/blob/main/src/passes/Asyncify.cpp

import type { WasmMemory } from './platform.js'

/** What Binaryen's pass adds to the exports. */
export interface AsyncifyExports {
  asyncify_start_unwind(data: number): void
  asyncify_stop_unwind(): void
  asyncify_start_rewind(data: number): void
  asyncify_stop_rewind(): void
  memory: WasmMemory
  malloc(size: number): number
}

/** Room for the saved locals. The stack that is put aside has some ten frames. */
const STACK_SIZE = 32 * 1024
const HEADER_SIZE = 8

type Import = (...args: number[]) => number

/** A call that can be put aside. */
interface Fiber {
  /** Where its locals are saved. */
  data: number
  /** What it waits for. */
  pending: Promise<number> | null
  /** What came of that, when it is taken up again. */
  rewinding: boolean
  value: number
}

/** Several calls can be put aside at a time. As they have one C stack, the last one is taken up first. */
export class Asyncify {
  #exports: AsyncifyExports | null = null
  readonly #unused: Fiber[] = []
  /** The call that runs. */
  #current: Fiber | null = null
  /** The calls that are put aside, the last one at the end. */
  readonly #aside: Fiber[] = []
  /** Those who wait for their turn to be the last one. */
  readonly #turns: (() => void)[] = []
  /** Those who wait for the host. */
  readonly #rejects = new Set<(error: unknown) => void>()
  #stopped: { error: unknown } | null = null

  /** To be called once, before start(). */
  attach(exports: AsyncifyExports): void {
    this.#exports = exports
  }

  /** Makes an import of a function that may have to wait. A number is an answer at once, and puts nothing aside. */
  suspending(body: (...args: number[]) => number | Promise<number>): Import {
    return (...args) => {
      const exports = this.#exports!
      const fiber = this.#current
      if (!fiber) throw new Error('the program waits where it cannot be put aside')
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
   * Calls an export that may suspend. Returns what it returns, or a promise of that if it was put aside, which rejects with
   * what a wait rejects with.
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
      this.#throwIfStopped() // by something that the call itself has set off
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

  /** Makes all calls reject. What was put aside is never taken up again. */
  stop(error: unknown): void {
    this.#stopped ??= { error }
    for (const reject of this.#rejects) reject(error)
  }
}
