// A test run that hangs is ended, with the names of the tests, and leaves no process behind.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const still = fileURLToPath(new URL('still/', import.meta.url))
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))

it('names the files that hang', async () => {
  const env = { ...process.env, VITEST: undefined, VITEST_WORKER_ID: undefined, VITEST_POOL_ID: undefined }
  const run = spawn(process.execPath, [vitest, 'run', '--root', still], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const output of [run.stdout, run.stderr]) output.on('data', (text) => (said += text))
  // 'close' comes when no process has the outputs open any more, and those of the tests have them too
  const [code] = (await once(run, 'close')) as [number]
  expect(said).toContain('nothing has happened for 3 s')
  expect(said).toContain('loops.still.ts, after its beginning')
  expect(said).toContain('loads.still.ts, after its beginning')
  expect(code).toBe(1)
})
