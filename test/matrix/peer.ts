// A process that answers questions, and the side that asks them.
import { fork, type ChildProcess } from 'node:child_process'

export class Peer {
  readonly process: ChildProcess
  readonly #waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>()
  #last = 0
  /** Its output. */
  output = ''
  dead = false

  constructor(program: URL, args: string[] = []) {
    this.process = fork(program, args, { execArgv: ['--expose-gc'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    for (const stream of [this.process.stdout!, this.process.stderr!])
      stream.on('data', (chunk) => (this.output = (this.output + chunk).slice(-4000)))
    this.process.on('message', ({ id, answer }: { id: number; answer: unknown }) => {
      this.#waiting.get(id)?.resolve(answer)
      this.#waiting.delete(id)
    })
    this.process.on('exit', (status, signal) => {
      this.dead = true
      const error = new Error(`the process has ended (${signal ?? status})\n${this.output}`)
      for (const waiting of this.#waiting.values()) waiting.reject(error)
    })
  }

  /** Asks a question. Rejects when the process dies, or does not answer within `ms`, after which it is killed. */
  ask<Answer>(question: object, ms = 60_000): Promise<Answer> {
    if (this.dead) return Promise.reject(new Error(`the process has ended\n${this.output}`))
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.kill()
        reject(new Error(`no answer within ${ms} ms: the process does not yield\n${this.output}`))
      }, ms)
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => (clearTimeout(timer), settle(value))
      this.#waiting.set(id, { resolve: settled(resolve as (answer: unknown) => void), reject: settled(reject) })
      this.process.send({ ...question, id })
    })
  }

  /** Lets the process end by itself. */
  end(): void {
    this.dead = true
    if (this.process.connected) this.process.disconnect()
  }

  /** Kills the process, which may not respond any more. */
  kill(): void {
    this.dead = true
    this.process.kill('SIGKILL')
  }
}
