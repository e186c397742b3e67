// The package for JSR: its dry run of publishing, and importing it over HTTP with Deno, as from a registry.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { contentServer } from '../behaviours/runtimes.js'
import { httpServer } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const staged = join(root, 'build/jsr')
const bin = join(root, 'test/runtimes/node_modules/.bin')
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const { version, exports } = read(join(staged, 'jsr.json')) as { version: string; exports: Record<string, string> }

const folder = scratch()
const registry = await contentServer(staged)
const origin = await httpServer((_request, response) => void response.end('loaded'))
afterAll(() => Promise.all([registry.close(), origin.close()]))
const deno = (...args: string[]) =>
  run(join(bin, 'deno'), args, { cwd: folder, env: { ...process.env, DENO_DIR: join(folder, 'cache'), NO_COLOR: '1' } })

test('its dry run passes, with the WebAssembly and without tests', async () => {
  // slow types: option-types.gen.ts adds to classes of other files, which is how setopt() knows all options
  const args = ['publish', '--dry-run', '--allow-dirty', '--allow-slow-types']
  const env = { ...process.env, DENO_BIN_PATH: join(bin, 'deno'), NO_COLOR: '1' }
  const { stdout, stderr } = await run(join(bin, 'jsr'), args, { cwd: staged, env })
  expect(stderr + stdout).toMatch(/Dry run complete/)
  const files = [...(stderr + stdout).matchAll(/file:\/\/(\S+) \(/g)].map(([, path]) => path!.slice(staged.length + 1))
  for (const file of ['dist/curl.wasm', 'dist/curl-tool.wasm', ...Object.values(exports)])
    expect(files).toContain(file.replace('./', ''))
  expect(files.filter((file) => /test|playground|^dist\/relay\//.test(file))).toEqual([])
  expect(Object.values(exports).filter((file) => !file.endsWith('.js'))).toEqual([])
}, 60_000)

test('it has the version of the package', () => {
  expect(version).toBe(read(join(root, 'package.json')).version)
})

test('Deno imports it over HTTP, with types, and needs no permission but --allow-net', async () => {
  const program = `
    import { fetch, initSync, Easy } from '${registry.url}/dist/ts/runtimes/deno/main.js'
    import { runTool } from '${registry.url}/dist/ts/runtimes/deno/tool.js'
    import { CurlDispatcher } from '${registry.url}/dist/ts/runtimes/deno/undici.js'
    import { HttpAgent } from '${registry.url}/dist/ts/runtimes/deno/agent.js'
    import { ProxyTransport } from '${registry.url}/dist/ts/runtimes/deno/proxy-transport.js'
    await new CurlDispatcher().close()
    new HttpAgent().destroy()
    await new ProxyTransport().init()
    const text: string = await (await fetch('${origin.url}')).text()
    console.log(text, await runTool(['-sS', '${origin.url}']))
    await runTool(['--help', '--url'])
    // @ts-expect-error: there is none
    export const wrong = () => new Easy().setopt('NO_SUCH_OPTION', initSync)`
  writeFileSync(join(folder, 'program.ts'), program)
  await deno('check', '--allow-import', 'program.ts')
  const { stdout } = await deno('run', '--no-prompt', '--allow-import', '--allow-net', 'program.ts')
  expect(stdout).toMatch(/^loadedloaded 0\n    --url <url\/file>\n/)
}, 60_000)
