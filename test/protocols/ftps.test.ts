// FTP over TLS, with a server that requires resuming the TLS session of the control connection on each data connection,
// as most do. libcurl blocks in these handshakes, so each client is a process of its own, which can be killed.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { relayProcess } from '../relay/relays.js'
import { certificates } from '../servers/certificates.js'
import { ftpServer } from '../servers/ftp.js'
import { scratch } from '../servers/scratch.js'
import { runScript } from '../servers/script.js'

const { ca, good } = certificates()
const content = Buffer.from(Uint8Array.from({ length: 700_000 }, (_, i) => (i * 13) % 251))
const folder = scratch()
const file = join(folder, 'content')
writeFileSync(file, content)

const explicit = await ftpServer({ tls: good })
const implicit = await ftpServer({ tls: { ...good, implicit: true } })
for (const server of [explicit, implicit]) await server.put('/data.bin', content)
afterAll(() => Promise.all([explicit.close(), implicit.close()]))

async function curl(...args: string[]): Promise<void> {
  const program = fileURLToPath(new URL('../../bin/curl', import.meta.url))
  await promisify(execFile)(process.execPath, [program, '-sS', '--cacert', ca.certFile, ...args], { timeout: 20_000 })
}

const ways: [string, typeof explicit, string[]][] = [
  ['AUTH TLS, passive', explicit, ['--ssl-reqd']],
  ['AUTH TLS, active', explicit, ['--ssl-reqd', '--ftp-port', '-']],
  ['implicit, passive', implicit, []],
  ['implicit, active', implicit, ['--ftp-port', '-']],
]

test.each(ways)('the tool downloads and uploads: %s', async (name, server, args) => {
  const got = join(folder, 'got')
  await curl(...args, '-o', got, `${server.url}/data.bin`)
  expect(readFileSync(got).equals(content)).toBe(true)
  await curl(...args, '-T', file, `${server.url}/${encodeURIComponent(name)}`)
  expect((await server.get(`/${name}`))!.equals(content)).toBe(true)
})

const relay = await relayProcess()
const transports = ['wispTransport({ url, version: 1 })', 'wispTransport({ url })', 'wsproxyTransport({ url })']

test.each(transports)('the tool downloads and uploads through a relay: %s', async (transport) => {
  const got = join(folder, 'got-through-relay')
  for (const server of [explicit, implicit]) {
    const name = `through-${transports.indexOf(transport)}`
    const { stdout } = await runScript(`
      import { wispTransport, wsproxyTransport } from 'libcurl-wasm'
      import { runTool } from 'libcurl-wasm/tool'
      const url = ${JSON.stringify(`${relay.url}/`)}
      const transport = ${transport}
      const curl = (...args) =>
        runTool(['-sS', '--ssl-reqd', '--cacert', ${JSON.stringify(ca.certFile)}, ...args], { transport })
      console.log(await curl('-o', ${JSON.stringify(got)}, '${server.url}/data.bin'))
      console.log(await curl('-T', ${JSON.stringify(file)}, '${server.url}/${name}'))
      process.exit()
    `)
    expect(stdout).toBe('0\n0\n')
    expect(readFileSync(got).equals(content)).toBe(true)
    expect((await server.get(`/${name}`))!.equals(content)).toBe(true)
  }
})

test('Easy downloads twice over one control connection, and uploads, without a time limit', async () => {
  const before = await explicit.connections()
  const { stdout } = await runScript(`
    import { readFileSync } from 'node:fs'
    import init, { Easy, Multi } from 'libcurl-wasm'
    await init()
    const multi = new Multi()
    const content = readFileSync(${JSON.stringify(file)})
    async function transfer(name, options) {
      const easy = new Easy()
      const chunks = []
      easy.setopt('URL', ${JSON.stringify(explicit.url)} + name)
      easy.setopt('USE_SSL', 3)
      easy.setopt('CAINFO', ${JSON.stringify(ca.certFile)})
      easy.setopt('WRITEFUNCTION', (chunk) => void chunks.push(chunk))
      for (const [option, value] of Object.entries(options)) easy.setopt(option, value)
      await multi.perform(easy)
      easy.close()
      return Buffer.concat(chunks)
    }
    for (let i = 0; i < 2; i++) console.log((await transfer('/data.bin', {})).equals(content))
    let at = 0
    const READFUNCTION = (size) => content.subarray(at, (at += Math.min(size, content.length - at)))
    await transfer('/from-easy', { UPLOAD: true, READFUNCTION })
    multi.close()
  `)
  expect(stdout).toBe('true\ntrue\n')
  expect((await explicit.get('/from-easy'))!.equals(content)).toBe(true)
  expect(await explicit.connections()).toBe(before + 1)
})
