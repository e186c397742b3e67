// The Worker of blocking calls: how many there are, that the process can end, relays, and what happens when it ends.
import { execFile } from 'node:child_process'
import net from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Easy, fetchSync, initSync, startBlocking } from 'libcurl-wasm'
import { afterAll, describe, expect, test } from 'vitest'
import { current } from '../../dist/js/internals.js'
import { testRelay } from '../relay/relays.js'
import { refusingPort } from '../servers/faults.js'
import { httpServer, listen } from '../servers/listening.js'
import { Thread } from './thread.js'

const server = await httpServer((request, response) => {
  if (request.url === '/never') return
  response.end('hello')
})
/** Sends something a while after it was connected to. */
const late = await listen(
  net.createServer((socket) => void setTimeout(() => socket.end('x'), 100)),
  'http',
)
afterAll(() => Promise.all([server.close(), late.close()]))
const relay = await testRelay()

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Runs a program of the package, which must end by itself. Returns what it prints. */
async function program(code: string): Promise<string> {
  const args = ['--input-type=module', '-e', code, server.url]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 20_000 })
  return stdout
}

describe('in a process', () => {
  test('there is one Worker, which does not keep the process alive', async () => {
    const out = await program(`
      import { Easy, fetchSync } from 'libcurl-wasm'
      let workers = 0
      process.on('worker', () => workers++)
      const [url] = process.argv.slice(-1)
      for (let i = 0; i < 3; i++) fetchSync(url).text()
      const easy = new Easy().setopt('URL', url).setopt('WRITEFUNCTION', () => {})
      easy.performSync()
      process.on('exit', () => console.log(workers, easy.getinfo('NUM_CONNECTS')))
    `)
    expect(out).toBe('1 0\n')
  })

  test('an asynchronous reader of a blocking connection keeps the process alive', async () => {
    const out = await program(`
      import { CURL_POLL_IN, Easy, initSync, sockets } from 'libcurl-wasm'
      initSync()
      const easy = new Easy().setopt('URL', '${late.url}').setopt('CONNECT_ONLY', 1)
      easy.performSync()
      sockets.watch(easy.getinfo('ACTIVESOCKET'), CURL_POLL_IN, () => {
        console.log('readable')
        easy.close()
      })
    `)
    expect(out).toBe('readable\n')
  })
})

describe('through a relay', () => {
  test.each(['wisp', 'wsproxy'] as const)('%s', async (kind) => {
    const thread = new Thread(false)
    const got = await thread.run(
      async (curl, kind, url, origin) => {
        const options = { url, ...(kind === 'wisp' && { onmotd: () => {} }) }
        await curl.init({ transport: curl[`${kind}Transport`](options) })
        const first = await curl.fetch(origin)
        const second = curl.fetchSync(origin)
        return [await first.text(), second.text()]
      },
      kind,
      `${relay.url}/`,
      server.url,
    )
    expect(got).toEqual(['hello', 'hello'])
  })

  test('what cannot be made in a Worker is refused', async () => {
    const key = await new Thread(false).thrown(async (curl, url) => {
      const key = { publicKey: new Uint8Array(32), sign: (challenge: Uint8Array) => challenge }
      await curl.init({ transport: curl.wispTransport({ url, key }) })
      curl.fetchSync('http://localhost/')
    }, `${relay.url}/`)
    expect(key).toMatchObject({ name: 'TypeError', message: expect.stringMatching(/which cannot get its key$/) })
    const own = await new Thread(false).thrown(async (curl) => {
      await curl.init({ transport: curl.streamTransport(() => Promise.reject(new Error('no'))) })
      curl.fetchSync('http://localhost/')
    })
    expect(own).toMatchObject({
      name: 'TypeError',
      message: expect.stringContaining('a transport that a Worker can make'),
    })
  })
})

describe('when the Worker has ended', () => {
  initSync()

  /** Makes the Worker fail: a socket for datagrams is no stream. */
  function breakWorker(): void {
    const { host } = current()
    const transport = host.blocking()
    const id = transport.number()
    transport.post({ op: 'datagrams', id, family: 'IPv4', local: null })
    transport.post({ op: 'write', id, bytes: new Uint8Array(1) })
  }

  test('a call that waits for it fails, and the next one has another', async () => {
    await startBlocking()
    const url = `http://127.0.0.1:${await refusingPort()}/`
    let breaks = false
    // within the call: a Worker that has ended before is replaced
    const onDebug = (_kind: unknown, bytes: Uint8Array): void => {
      if (!breaks || !Buffer.from(bytes).includes('Trying')) return
      breaks = false
      breakWorker()
    }
    const easy = new Easy().setopt('URL', url).setopt('VERBOSE', true)
    easy.setopt('DEBUGFUNCTION', (_easy, kind, bytes) => (onDebug(kind, bytes), 0))
    const perform = (): string => {
      try {
        easy.performSync()
        return 'no error'
      } catch (error) {
        return (error as { code?: string }).code ?? String(error)
      }
    }
    const fetching = (): unknown => fetchSync(url, { curl: { onDebug } })
    expect(perform()).toBe('CURLE_COULDNT_CONNECT')
    breaks = true
    expect(perform()).toBe('Error: the Worker for blocking calls has ended')
    expect(perform()).toBe('CURLE_COULDNT_CONNECT')
    breaks = true
    expect(fetching).toThrow('the Worker for blocking calls has ended')
    expect(fetching).toThrow('fetch failed')
    easy.close()
  })
})
