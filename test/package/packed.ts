// A package as npm packs it: what is in its tarball, what checkers report, and an empty folder in which it is installed.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll } from 'vitest'
import { scratch } from '../servers/scratch.js'

export const run = promisify(execFile)
export const root = fileURLToPath(new URL('../..', import.meta.url))
/** Where the runtimes and the checkers are. */
export const modules = join(root, 'test/runtimes/node_modules')
/** For what installs or checks a package, in milliseconds. */
export const LIMIT_MS = 120_000

/** Problems with require(), which only older resolvers have. */
const OF_REQUIRE = ['NoResolution', 'CJSResolvesToESM']

export interface Lock {
  packages: Record<string, { hasInstallScript?: boolean }>
}

export class Packed {
  readonly #tarball: string
  /** The folder in which it is installed, before the first test. */
  readonly folder = scratch()

  /** To be called while a test file is loaded. */
  constructor(name: string) {
    this.#tarball = join(root, `build/pack/${name}.tgz`)
    beforeAll(async () => {
      writeFileSync(join(this.folder, 'package.json'), '{}')
      await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', this.#tarball], { cwd: this.folder })
    }, LIMIT_MS)
  }

  /** The paths of all files, such as './package.json'. */
  async files(): Promise<string[]> {
    const { stdout } = await run('tar', ['tzf', this.#tarball])
    const lines = stdout.trim().split('\n')
    return lines.map((file) => file.replace(/^package\//, './'))
  }

  /** What was installed. */
  get lock(): Lock {
    return JSON.parse(readFileSync(join(this.folder, 'package-lock.json'), 'utf8')) as Lock
  }

  /** What publint reports. */
  async publint(): Promise<string> {
    return (await run(join(modules, '.bin/publint'), ['--strict', this.#tarball])).stdout
  }

  /** What "are the types wrong" reports, without OF_REQUIRE. */
  async typeProblems(): Promise<{ entrypoints: string[]; problems: { kind: string }[] }> {
    const args = ['--profile', 'esm-only', '--format', 'json', this.#tarball]
    const { stdout } = await run(join(modules, '.bin/attw'), args)
    const { analysis } = JSON.parse(stdout) as {
      analysis: { problems: { kind: string }[]; entrypoints: Record<string, unknown> }
    }
    const problems = analysis.problems.filter(({ kind }) => !OF_REQUIRE.includes(kind))
    return { entrypoints: Object.keys(analysis.entrypoints), problems }
  }
}
