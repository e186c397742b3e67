// Temporary folders for the files of servers and tests. They are removed when the process of the test file ends.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Makes an empty folder. To be called while a test file is loaded, not from inside a test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'libcurl-wasm-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
