// Runs a program in a Node process of its own, where the package is not loaded yet.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A busy machine takes long. */
const LIMIT_MS = 50_000
const root = new URL('../..', import.meta.url)

export async function runScript(
  program: string,
  options: { env?: Record<string, string>; args?: string[] } = {},
): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [...(options.args ?? []), '--input-type=module', '-e', program], {
    cwd: root,
    timeout: LIMIT_MS,
    env: { ...process.env, ...options.env },
  })
}
