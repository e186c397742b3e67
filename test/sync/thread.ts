// A thread for calls that block, so that the servers of the tests can be in the thread of the tests. In it the package
// is loaded once; a test gives it functions, which must not refer to anything outside of them.
import { Worker } from 'node:worker_threads'
import { afterAll } from 'vitest'
import type * as Curl from 'libcurl-wasm'

export interface Thrown {
  name: string
  message: string
  code?: string
  cause?: Thrown
}

type Answer<T> = { value: T } | { error: Thrown }

export class Thread {
  readonly #worker: Worker
  readonly #started: Promise<void>

  /** @param starts Whether the module is started there. */
  constructor(starts = true) {
    this.#worker = new Worker(new URL('./thread.mjs', import.meta.url), { workerData: { starts } })
    this.#started = new Promise<void>((resolve, reject) => {
      this.#worker.once('error', reject).once('message', () => resolve())
    })
    afterAll(() => this.#worker.terminate())
  }

  async #ask<T>(run: (...args: never[]) => T, args: unknown[]): Promise<Answer<Awaited<T>>> {
    await this.#started
    const answer = new Promise<Answer<Awaited<T>>>((resolve) => void this.#worker.once('message', resolve))
    this.#worker.postMessage({ source: String(run), args })
    return answer
  }

  /** Runs a function in the thread, and returns what it returns. */
  async run<T, A extends unknown[]>(run: (curl: typeof Curl, ...args: A) => T, ...args: A): Promise<Awaited<T>> {
    const answer = await this.#ask(run as never, args)
    if ('error' in answer) throw Object.assign(new Error(answer.error.message), answer.error)
    return answer.value as Awaited<T>
  }

  /** Runs a function that has to throw, and returns what it has thrown. */
  async thrown<A extends unknown[]>(run: (curl: typeof Curl, ...args: A) => unknown, ...args: A): Promise<Thrown> {
    const answer = await this.#ask(run as never, args)
    if ('value' in answer) throw new Error(`it has returned ${JSON.stringify(answer.value)}`)
    return answer.error
  }
}
