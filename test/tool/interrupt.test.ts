// The signal of runTool: whatever the tool is doing, it ends at once, with status 130, and leaves nothing open. Without
// the signal each test would take minutes, but it has only seconds.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runTool, toolRuntime } from 'libcurl-wasm/tool'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { blackHole } from '../servers/faults.js'
import { ftpServer } from '../servers/ftp.js'
import { scratch } from '../servers/scratch.js'
import { sourceServer } from '../servers/source.js'
import { input, Sink, sleep, start, until } from './client.js'
import { hang, site } from './site.js'

const PROMPT = { timeout: 8_000 }
const web = await site({
  '/hang': hang,
  '/silent': () => {},
  '/busy': (response) => void response.writeHead(503).end(),
})
const [hole, source, ftp] = [await blackHole(), await sourceServer(), await ftpServer({ slow: true })]
const folder = scratch()
afterAll(() => Promise.all([web.close(), hole.close(), source.close(), ftp.close()]))

/** What keeps a process alive: timers, and sockets that connect or are connected. */
function alive(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /^(Timeout|Immediate|TCP\w*|FSReq\w*|GetAddrInfo\w*)$/.test(name))
}

let before: string[]
beforeEach(async () => {
  // removes what another test has left
  web.server.closeAllConnections()
  await until(async () => (await web.open()) === 0)
  web.requests.length = 0
  before = alive()
})

/** Stops the tool, and checks that everything has ended. */
async function stops(tool: ReturnType<typeof start>): Promise<void> {
  tool.abort()
  expect(await tool.status).toBe(130)
  await until(async () => (await web.open()) === 0)
  await until(() => alive().length <= before.length)
}

describe('a signal', PROMPT, () => {
  it('that is aborted before: nothing happens, and the streams end', async () => {
    const [out, err] = [new Sink(), new Sink()]
    let cancelled = 0
    const stdin = new ReadableStream<Uint8Array>({ cancel: () => void cancelled++ })
    const signal = AbortSignal.abort()
    expect(await runTool(['-s', web.url], { env: {}, stdin, stdout: out.stream, stderr: err.stream, signal })).toBe(130)
    expect(web.connections).toBe(0)
    expect([out.closed, err.closed, cancelled]).toEqual([1, 1, 1])
  })

  it('that is aborted before anything has started: no connection, no file', async () => {
    const connections = web.connections
    const tool = start(['-s', web.url, '-o', 'file', '--stderr', 'errors'], { cwd: folder })
    await stops(tool)
    await sleep(50)
    expect(web.connections).toBe(connections)
    expect(existsSync(join(folder, 'file')) || existsSync(join(folder, 'errors'))).toBe(false)
  })

  it('ends resolving a name', async () => {
    const never = new Promise<never>(() => {})
    const { transport } = toolRuntime.host()
    let asked: AbortSignal | undefined
    const resolve: typeof transport.resolve = (_name, _family, _servers, signal) => ((asked = signal), never)
    const tool = start(['-s', 'http://name.test/'], { transport: { ...transport, resolve } })
    await until(() => asked !== undefined)
    await stops(tool)
    expect(asked!.aborted).toBe(true)
  })

  it('ends an attempt to connect', async () => {
    const tool = start(['-sv', `http://127.0.0.1:${hole.port}/`])
    await until(() => tool.err.text.includes('Trying'))
    await stops(tool)
  })

  it('ends waiting for a response', async () => {
    const tool = start(['-s', `${web.url}/silent`])
    await until(() => web.requests.length === 1)
    await stops(tool)
    expect([tool.out.text, tool.err.text]).toEqual(['', ''])
  })

  it('ends a download; the received part stays, and the streams end', async () => {
    const tool = start(['-sN', `${web.url}/hang`])
    await until(() => tool.out.text !== '')
    await stops(tool)
    expect(tool.out.text).toBe('the beginning')
    expect([tool.out.closed, tool.err.closed]).toEqual([1, 1])
  })

  it('ends a download at full speed', async () => {
    const tool = start(['-s', '-o', '/dev/null', `http://127.0.0.1:${source.port}/1000000000000`])
    await until(async () => (await source.sent()) > 10_000_000)
    await stops(tool)
  })

  it('ends a download whose stdout takes no more', async () => {
    const stdout = new WritableStream<Uint8Array>({ write: () => new Promise(() => {}) })
    const tool = start(['-s', `http://127.0.0.1:${source.port}/1000000000000`], { stdout })
    await until(async () => (await source.sent()) > 1_000_000)
    await sleep(100)
    await stops(tool)
  })

  it('ends the tool when it only waits for its output to be taken', async () => {
    const stdout = new WritableStream<Uint8Array>({ write: () => new Promise(() => {}) })
    const tool = start(['-s', web.url], { stdout })
    await until(() => web.requests.length === 1)
    await until(async () => (await web.open()) === 0)
    tool.abort()
    expect([0, 130]).toContain(await tool.status)
  })

  it('ends an upload that waits for its source, which is cancelled', async () => {
    let cancelled = 0
    const stdin = new ReadableStream<Uint8Array>({ cancel: () => void cancelled++ })
    const tool = start(['-s', '-T', '-', `${web.url}/silent`], { stdin })
    await until(async () => (await web.open()) === 1)
    await stops(tool)
    expect(cancelled).toBe(1)
  })

  it.each([
    ['-d', '@-'],
    ['-K', '-'],
    ['-F', 'x=@-'],
  ])('ends reading stdin for %s %s', async (...args) => {
    const tool = start([...args, web.url], { stdin: input(['# a'], (i) => (i ? new Promise(() => {}) : undefined)) })
    await sleep(100)
    await stops(tool)
    expect(web.requests).toHaveLength(0)
  })

  it('ends the pause before another try', async () => {
    const tool = start(['--retry', '5', '--retry-delay', '100', `${web.url}/busy`])
    await until(() => tool.err.text.includes('Retrying'))
    await stops(tool)
    expect(web.requests).toHaveLength(1)
  })

  it('ends the pause that --rate makes', async () => {
    const tool = start(['-s', '--rate', '1/h', web.url, web.url])
    await until(() => tool.out.text !== '')
    await sleep(50)
    await stops(tool)
    expect(web.requests).toHaveLength(1)
  })

  it('ends all transfers of -Z', async () => {
    const tool = start(['-s', '-Z', '--parallel-immediate', `${web.url}/hang?[1-30]`, '-o', '/dev/null'])
    await until(async () => (await web.open()) === 30)
    await stops(tool)
  })

  it('ends an FTP upload', async () => {
    const chunk = Buffer.alloc(100_000)
    function* endless(): Generator<Uint8Array> {
      for (;;) yield chunk
    }
    const tool = start(['-s', '-T', '-', `${ftp.url}/up.bin`], { stdin: input(endless(), () => sleep(1)) })
    await until(async () => (await ftp.commands()).some((line) => line.startsWith('STOR')))
    await sleep(50)
    await stops(tool)
  })

  it('can be aborted from inside stdout', async () => {
    const controller = new AbortController()
    const stdout = new WritableStream<Uint8Array>({ write: () => controller.abort() })
    expect(await start(['-sN', `${web.url}/hang`], { stdout, signal: controller.signal }).status).toBe(130)
  })

  it('can be aborted from inside stdin', async () => {
    const controller = new AbortController()
    const stdin = new ReadableStream<Uint8Array>({ pull: () => controller.abort() }, { highWaterMark: 0 })
    expect(await start(['-s', '-d', '@-', web.url], { stdin, signal: controller.signal }).status).toBe(130)
    expect(web.requests).toHaveLength(0)
  })

  it('that is aborted after the end has no effect, and no listener any more', async () => {
    let listeners = 0
    const signal = new Proxy(new AbortController().signal, {
      get(target, name) {
        const value = Reflect.get(target, name, target) as unknown
        if (name === 'addEventListener') listeners++
        if (name === 'removeEventListener') listeners--
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
    const tool = start(['-s', web.url], { signal })
    expect(await tool.status).toBe(0)
    expect(listeners).toBe(0)
  })
})
