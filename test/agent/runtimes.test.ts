// The interfaces of other packages in the other runtimes of the server, as the packed package has them.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { bodyOf, httpServer } from '../servers/listening.js'

const folder = new URL('../runtimes/', import.meta.url).pathname
const server = await httpServer(
  async (request, response) => void response.end(`${request.method} ${String(await bodyOf(request))}`),
)
afterAll(() => server.close())

test.each([
  ['node-20', 'node-20/bin/node', []],
  ['node-24', 'node-24/bin/node', []],
  ['Deno', '.bin/deno', ['run', '-A']],
  ['Bun', '.bin/bun', []],
])('%s', async (name, program, args) => {
  const { stdout } = await promisify(execFile)(
    join(folder, 'node_modules', program),
    [...args, 'interfaces.mjs', `${server.url}/`],
    { cwd: folder, timeout: 30_000 },
  )
  expect(JSON.parse(stdout)).toEqual({
    agent: ['GET ', 'GET ', 1],
    transport: 'GET ',
    // Bun's own fetch and its own undici would ignore it
    dispatcher: name === 'Bun' ? 'there is none' : 'POST sent',
  })
})
