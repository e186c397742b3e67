// init(): starts the module from every possible source, only once, and with clear errors.
import { expect, it } from 'vitest'
import { runScript } from '../servers/script.js'

const imports = `
  import init, { initSync, version, Easy } from 'libcurl-wasm'
  import { readFileSync } from 'node:fs'
  import http from 'node:http'
  const path = 'dist/curl.wasm'
  const bytes = readFileSync(path)`

/** What version() returns after a way to start, or the error. */
async function started(program: string): Promise<string> {
  const { stdout } = await runScript(`${imports}
    try { ${program}; console.log(version()) } catch (error) { console.log(error.name + ': ' + error.message) }`)
  return stdout.trim()
}

it.each([
  ['nothing', 'await init()'],
  ['a path', 'await init(path)'],
  ['a file URL', `await init(new URL('file://' + process.cwd() + '/' + path))`],
  ['bytes', 'await init(bytes)'],
  ['an ArrayBuffer', 'await init(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))'],
  ['a compiled module', 'await init(new WebAssembly.Module(bytes))'],
  ['a Response', `await init(new Response(bytes, { headers: { 'content-type': 'application/wasm' } }))`],
  ['a Response of another type', `await init(new Response(bytes, { headers: { 'content-type': 'text/plain' } }))`],
  ['a promise', 'await init(Promise.resolve(bytes))'],
  ['an object, in the manner of wasm-pack', 'await init({ module_or_path: path })'],
  [
    'a URL over HTTP',
    `
    const server = http.createServer((request, response) => response.end(bytes)).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.on('listening', resolve))
    await init('http://127.0.0.1:' + server.address().port + '/curl.wasm')
    server.closeAllConnections(); server.close()`,
  ],
  ['initSync of nothing', 'initSync()'],
  ['initSync of bytes', 'initSync({ module: bytes })'],
  ['initSync of a module', 'initSync({ module: new WebAssembly.Module(bytes) })'],
])('starts from %s', async (_name, program) => {
  expect(await started(program)).toMatch(/^libcurl\/8\.22\.0 /)
})

it('starts once, however often it is called, also at the same time', async () => {
  expect(
    await started(`await Promise.all([init(), init(), init(bytes)]); await init('no/such/file'); initSync()`),
  ).toMatch(/^libcurl/)
})

it('reports what is wrong, and can start at the next attempt', async () => {
  expect(await started(`await init('no/such/file.wasm')`)).toMatch(/no\/such\/file\.wasm/)
  expect(await started(`await init(Uint8Array.of(1, 2, 3))`)).toMatch(/^CompileError/)
  expect(await started('await init(5)')).toMatch(/^TypeError: a module is .*, not 5$/)
  expect(await started(`await init(new Response('', { status: 404 }))`)).toMatch(/404/)
  const unknown = /^TypeError: init(Sync)?\(\) has no option "modul", only module/
  expect(await started(`await init({ modul: path })`)).toMatch(unknown)
  expect(await started(`initSync({ modul: bytes })`)).toMatch(unknown)
  expect(await started(`await init('no/such/file').catch(() => {}); await init()`)).toMatch(/^libcurl/)
})

it('says so when it has not been started', async () => {
  expect(await started('new Easy()')).toMatch(/call init\(\)/)
})

it('says so in a page that has started it without a transport', async () => {
  const { stdout } = await runScript(`
    import { readFileSync } from 'node:fs'
    const { default: init, fetch } = await import(process.cwd() + '/dist/js/browser.js')
    await init(readFileSync('dist/curl.wasm'))
    for (const host of ['127.0.0.1', 'example.org'])
      await fetch('http://' + host + '/').catch((error) => console.log(error.cause.code, error.cause.message))`)
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^CURLE_COULDNT_CONNECT .*give one to init\(\{ transport \}\)/),
    expect.stringMatching(/^CURLE_COULDNT_CONNECT .*give one to init\(\{ transport \}\)/),
    '',
  ])
})

it('warns in development, and only there, of a handle that was forgotten', async () => {
  const program = `${imports}
    await init()
    ;(() => new Easy())()
    for (let i = 0; i < 5; i++) { globalThis.gc(); await new Promise((resolve) => setTimeout(resolve, 10)) }`
  const args = ['--expose-gc']
  expect((await runScript(program, { args, env: { NODE_ENV: 'development' } })).stderr).toMatch(
    /Easy was forgotten without close/,
  )
  expect((await runScript(program, { args, env: { NODE_ENV: 'production' } })).stderr).not.toMatch(/forgotten/)
})

it('writes to standard output and reads from standard input without callbacks, as libcurl does', async () => {
  const { stdout, stderr } = await runScript(`${imports}
    import { Multi } from 'libcurl-wasm'
    await init()
    const easy = new Easy()
    easy.setopt('URL', 'file://' + process.cwd() + '/LICENSE').setopt('VERBOSE', true)
    await new Multi().perform(easy)`)
  expect(stdout).toMatch(/^MIT License/)
  expect(stderr).toMatch(/^\* /m)
})
