// Ends a test run that hangs. vitest has no time limit for a test that never yields, and for a file that never loads:
// it would wait for ever, and not say for which.
import { readFileSync } from 'node:fs'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** How long nothing may happen, in milliseconds. A single test may take at most two minutes. */
const PATIENCE_MS = 300_000

export class Stalled implements Reporter {
  /** The last test of each file that has not ended. */
  readonly #unfinished = new Map<TestModule, string>()
  #timeout: NodeJS.Timeout | undefined

  /** `patience` is in milliseconds. */
  constructor(private readonly patience = PATIENCE_MS) {}

  onTestModuleQueued(file: TestModule): void {
    this.#unfinished.set(file, 'its beginning')
    this.#wait()
  }

  onTestCaseResult(test: TestCase): void {
    this.#unfinished.set(test.module, `'${test.fullName}'`)
    this.#wait()
  }

  onTestModuleEnd(file: TestModule): void {
    this.#unfinished.delete(file)
    this.#wait()
  }

  onTestRunEnd(): void {
    clearTimeout(this.#timeout)
  }

  #wait(): void {
    clearTimeout(this.#timeout)
    this.#timeout = setTimeout(() => this.#end(), this.patience)
  }

  #end(): never {
    console.error(`nothing has happened for ${this.patience / 1000} s in:`)
    for (const [file, last] of this.#unfinished) console.error(`  ${file.relativeModuleId}, after ${last}`)
    // a process in an endless loop does not notice that its parent has ended
    for (const pid of children()) process.kill(pid, 'SIGKILL')
    process.exit(1)
  }
}

/** The child processes. None if there is no /proc. */
function children(): number[] {
  try {
    const list = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
    return list.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
