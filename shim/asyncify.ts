// Asyncify: a call of the module that can wait for the host's events, on engines whose WebAssembly cannot.
//
// An import that has to wait starts an unwind: the functions that wasm/link instruments save their locals and return one
// after the other, until run() has control again. Later it starts a rewind and calls the module anew: the functions
// return to where they were, and the import is called a second time to say what came of the wait.
// @see https://github.com/WebAssembly/binaryen/blob/main/src/passes/Asyncify.cpp

/** What Binaryen's pass adds to the exports. */
export interface AsyncifyExports {
  asyncify_start_unwind(data: number): void
  asyncify_stop_unwind(): void
  asyncify_start_rewind(data: number): void
  asyncify_stop_rewind(): void
  memory: WebAssembly.Memory
  malloc(size: number): number
}

/** Room for the saved locals. The stack that is put aside has some ten frames. */
const STACK_SIZE = 32 * 1024
const HEADER_SIZE = 8

type Import = (...args: number[]) => number

export class Asyncify {
  #exports: AsyncifyExports | null = null
  #data = 0
  #pending: Promise<number> | null = null
  #rewinding = false
  #running = false
  #value = 0
  /** Ends the wait that is going on. */
  #reject: (error: unknown) => void = () => {}
  #stopped: { error: unknown } | null = null

  /** To be called once, before run(). */
  attach(exports: AsyncifyExports): void {
    this.#exports = exports
    this.#data = exports.malloc(HEADER_SIZE + STACK_SIZE)
    if (this.#data === 0) throw new RangeError('out of memory')
  }

  /** Makes an import of a function that may have to wait. A number is an answer at once, and puts nothing aside. */
  suspending(body: (...args: number[]) => number | Promise<number>): Import {
    return (...args) => {
      const exports = this.#exports!
      if (this.#rewinding) {
        this.#rewinding = false
        exports.asyncify_stop_rewind()
        return this.#value
      }
      // in an event, what called this has frames that cannot be put aside
      if (!this.#running) throw new Error('the program waits where it cannot be put aside')
      const result = body(...args)
      if (typeof result === 'number') return result
      this.#pending = result
      const view = new DataView(exports.memory.buffer)
      view.setUint32(this.#data, this.#data + HEADER_SIZE, true)
      view.setUint32(this.#data + 4, this.#data + HEADER_SIZE + STACK_SIZE, true)
      exports.asyncify_start_unwind(this.#data)
      return 0
    }
  }

  /** Calls an export that may suspend, until it has really returned. Rejects with what a wait rejects with. */
  async run(call: () => number): Promise<number> {
    const exports = this.#exports!
    const step = (): number => {
      this.#throwIfStopped()
      this.#running = true
      const value = call()
      this.#running = false
      this.#throwIfStopped() // by something that the call itself has set off
      return value
    }
    let result = step()
    while (this.#pending) {
      exports.asyncify_stop_unwind()
      const pending = this.#pending
      this.#pending = null
      this.#value = await new Promise((resolve, reject) => {
        this.#reject = reject
        pending.then(resolve, reject)
      })
      this.#rewinding = true
      exports.asyncify_start_rewind(this.#data)
      result = step()
    }
    return result
  }

  #throwIfStopped(): void {
    if (this.#stopped) throw this.#stopped.error
  }

  /** Makes run() reject. What was put aside is never taken up again. */
  stop(error: unknown): void {
    this.#stopped ??= { error }
    this.#reject(error)
  }
}
