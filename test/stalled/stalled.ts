// Ends a run of the tests that stands still. A test that never yields and a file that never loads have no time limit of
// vitest's: without this nobody would learn which it is, and everybody would wait.
import { readFileSync } from 'node:fs'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** How long nothing may happen, in milliseconds. A single test has two minutes at most. */
const PATIENCE_MS = 300_000

export class Stalled implements Reporter {
  /** The last test of each file that has not ended yet. */
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
    // one in an endless loop does not notice that it is alone
    for (const pid of children()) process.kill(pid, 'SIGKILL')
    process.exit(1)
  }
}

/** The processes that this one has started; none where the host has no /proc. */
function children(): number[] {
  try {
    const list = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
    return list.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
