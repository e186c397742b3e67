// Temporary folders for the files of servers and tests. They are removed when the process of the test file ends.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** Makes an empty folder. To be called while a test file is loaded, not from inside a test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'libcurl-wasm-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Makes a function that makes another empty folder each time. To be called while a test file is loaded. */
export function scratchFolders(): () => string {
  const parent = scratch()
  let made = 0
  return () => {
    const folder = join(parent, String(made++))
    mkdirSync(folder)
    return folder
  }
}
