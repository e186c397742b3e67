// The standard streams of runTool: stdin, stdout and stderr, and those of a terminal.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runTool, toolRuntime } from 'libcurl-wasm/tool'
import { afterAll, describe, expect, it } from 'vitest'
import { BOMBS, BOMB_SIZE } from '../servers/bombs.js'
import { BETWEEN } from '../servers/buffers.js'
import { refusingPort } from '../servers/faults.js'
import { httpServer } from '../servers/listening.js'
import { scratchFolders } from '../servers/scratch.js'
import { sourceServer } from '../servers/source.js'
import { curl, input, Sink, sleep, start, until } from './client.js'
import { site } from './site.js'

const MB = 1 << 20
const web = await site({
  '/echo': (response, { body }) => void response.end(body),
  '/missing': (response) => void response.writeHead(404).end('not here\n'),
  '/bomb': (response, { url }) => {
    const coding = url.split('?')[1]!
    response.writeHead(200, { 'content-encoding': coding }).end(BOMBS[coding])
  },
  '/bytes': (response) => void response.end(Buffer.from([1, 0, 2])),
  // another content for each query
  '/big': (response, { url }) => void response.end(url.split('?')[1]!.repeat(100_000)),
})
const source = await sourceServer()
const nobody = `http://127.0.0.1:${await refusingPort()}`
const newFolder = scratchFolders()
afterAll(() => Promise.all([web.close(), source.close()]))

describe('stdout and stderr', () => {
  it('are closed once at the end, after a success and after a failure', async () => {
    for (const [url, status] of [
      [web.url, 0],
      [nobody, 7],
    ] as const) {
      const tool = start(['-sS', url])
      expect(await tool.status).toBe(status)
      expect([tool.out.closed, tool.err.closed]).toEqual([1, 1])
    }
  })

  it('can be the same stream, as with 2>&1', async () => {
    const both = new Sink()
    const status = await runTool(['-sSf', web.url, `${web.url}/missing`], {
      env: {},
      stdin: input(),
      stdout: both.stream,
      stderr: both.stream,
    })
    expect(status).toBe(22)
    expect(both.text).toContain('hello\n')
    expect(both.text).toContain('curl: (22) The requested URL returned error: 404\n')
    expect(both.closed).toBe(1)
  })

  it('have taken everything when the tool ends, however slow they are', async () => {
    let taken = 0
    const stdout = new WritableStream<Uint8Array>({
      async write(chunk) {
        await sleep(2)
        taken += chunk.length
      },
    })
    expect((await curl(['-s', `${web.url}/big?0123456789`], { stdout })).status).toBe(0)
    expect(taken).toBe(1_000_000)
  })

  it('get chunks that they may keep', async () => {
    const { stdout } = await curl(['-s', `${web.url}/big?abc`, `${web.url}/big?def`])
    expect(stdout.equals(Buffer.from('abc'.repeat(100_000) + 'def'.repeat(100_000)))).toBe(true)
  })

  it('hold back the server when they are not read', async () => {
    let open!: () => void
    const gate = new Promise<void>((resolve) => (open = resolve))
    let taken = 0
    const stdout = new WritableStream<Uint8Array>({
      async write(chunk) {
        await gate
        taken += chunk.length
      },
    })
    const run = curl(['-s', `http://127.0.0.1:${source.port}/${100 * MB}`], { stdout })
    let sent = -1
    for (let was = -2; was !== sent || sent <= 0; await sleep(200)) [was, sent] = [sent, await source.sent()]
    expect(taken).toBe(0)
    // the kernel's buffers on both sides, and Node's
    expect(sent).toBeLessThan(BETWEEN)
    open()
    expect((await run).status).toBe(0)
    expect(taken).toBe(100 * MB)
  })

  it.each(Object.keys(BOMBS))('hold back the decoded bytes of a body in %s', async (coding) => {
    let [taken, most, writes] = [0, 0, 0]
    const stdout = new WritableStream<Uint8Array>({
      async write(chunk) {
        taken += chunk.length
        if (writes++ % 256 !== 0) return
        await sleep(1)
        globalThis.gc!()
        most = Math.max(most, process.memoryUsage().arrayBuffers)
      },
    })
    expect((await curl(['-s', web.url])).status).toBe(0) // creates what is kept for good
    globalThis.gc!()
    const before = process.memoryUsage().arrayBuffers
    const { status, stderr } = await curl(['-sS', '--compressed', `${web.url}/bomb?${coding}`], { stdout })
    expect([status, stderr]).toEqual([0, ''])
    expect(taken).toBe(BOMB_SIZE)
    expect(most - before).toBeLessThan(BOMB_SIZE / 8)
  })

  it('that fail while much is held back end the tool with a write error', async () => {
    let count = 0
    const stdout = new WritableStream<Uint8Array>({
      async write() {
        if (count++ === 0) return
        await sleep(1)
        throw new Error('the disk is full')
      },
    })
    const { status, stderr } = await curl(['-sS', '--compressed', `${web.url}/bomb?br`], { stdout })
    expect(status).toBe(23)
    expect(stderr).toMatch(/^curl: \(23\) /)
  })

  it.each([
    ['throws', 23, 0],
    ['throws at its second chunk', 23, 1],
  ])('that %s end the tool with a write error', async (_what, expected, good) => {
    let count = 0
    const stdout = new WritableStream<Uint8Array>({
      write() {
        if (count++ >= good) throw new Error('the disk is full')
      },
    })
    const { status, stderr } = await curl(['-sS', `http://127.0.0.1:${source.port}/${100 * MB}`], { stdout })
    expect(status).toBe(expected)
    expect(stderr).toMatch(/^curl: \(23\) /)
    expect(count).toBe(good + 1)
  })

  it.each([
    ['write', () => Promise.reject(new Error('the disk is full'))],
    ['close', () => sleep(5).then(() => Promise.reject(new Error('the disk is full')))],
  ])('that fail with the last bytes end the tool with a write error (%s)', async (method, fails) => {
    const { status } = await curl(['-s', web.url], { stdout: new WritableStream({ [method]: fails }) })
    expect(status).toBe(23)
  })

  it('that fail are no error in the case of stderr', async () => {
    const stderr = new WritableStream({ write: () => Promise.reject(new Error('nobody is there')) })
    expect(await curl(['-v', web.url], { stderr })).toMatchObject({ status: 0, stdout: Buffer.from('hello\n') })
  })

  it('that fail while the tool waits for them end it with a write error', async () => {
    let fail!: (error: Error) => void
    const failed = new Promise<never>((_, reject) => (fail = reject))
    let written = false
    const stdout = new WritableStream<Uint8Array>({ write: () => ((written = true), failed) })
    const tool = start(['-sS', `http://127.0.0.1:${source.port}/${100 * MB}`], { stdout })
    await until(() => written)
    await sleep(50)
    fail(new Error('gone'))
    expect(await tool.status).toBe(23)
  })

  it('that fail do not prevent the next transfer', async () => {
    const cwd = newFolder()
    const stdout = new WritableStream<Uint8Array>({
      write() {
        throw new Error('nobody is there')
      },
    })
    await curl(['-s', `http://127.0.0.1:${source.port}/${100 * MB}`, web.url, '-o', '-', '-o', 'next'], { stdout, cwd })
    expect(readFileSync(join(cwd, 'next'), 'utf8')).toBe('hello\n')
  })
})

describe('stdin', () => {
  it('is what -T - sends: each chunk as it arrives', async () => {
    let arrived = ''
    const server = await httpServer(async (request, response) => {
      for await (const chunk of request) arrived += String(chunk)
      response.end('thanks')
    })
    const parts = ['one ', '', 'two ', 'three']
    // a chunk is not produced before the server has received those before it
    const stdin = input(parts, (index) => until(() => arrived === parts.slice(0, index).join('')))
    const { status, stdout } = await curl(['-s', '-T', '-', server.url], { stdin })
    await server.close()
    expect([status, stdout.toString(), arrived]).toEqual([0, 'thanks', 'one two three'])
  })

  it('is what -T . sends, while it receives: a conversation', async () => {
    const server = await httpServer((request, response) => {
      response.flushHeaders()
      request.on('data', (chunk: Buffer) => response.write(`<${String(chunk)}>`))
      request.on('end', () => response.end())
    })
    const words = ['hello', 'how are you', 'goodbye']
    const answers = words.map((word) => `<${word}>`)
    const out = new Sink()
    const stdin = input(words, (index) => until(() => out.text === answers.slice(0, index).join('')))
    const { status } = await curl(['-sN', '-T', '.', server.url], { stdin, stdout: out.stream })
    await server.close()
    expect([status, out.text]).toEqual([0, answers.join('')])
  })

  it('is the body of -d @- and of --data-binary @-', async () => {
    const lines = ['a=1', '&b=\n', '', '2\r\n&c', '=3']
    for (const [option, body] of [
      ['-d', 'a=1&b=2&c=3'],
      ['--data-binary', lines.join('')],
    ] as const) {
      const { status } = await curl(['-s', option, '@-', web.url], { stdin: input(lines, () => sleep(10)) })
      expect([status, web.last().method, web.last().body.toString()]).toEqual([0, 'POST', body])
    }
  })

  it('is the configuration of -K -, in any pieces', async () => {
    const stdin = input(['ur', `l = "${web.url}/from-`, 'config"\n#', ' a comment\nuser-agent = "me"'], () => sleep(10))
    expect((await curl(['-s', '-K', '-'], { stdin })).status).toBe(0)
    expect([web.last().url, web.last().headers['user-agent']]).toEqual(['/from-config', 'me'])
  })

  it('is a part of a form with -F x=@-', async () => {
    const content = Buffer.alloc(300_000, 'abcdefg')
    const stdin = input([content.subarray(0, 100_001), content.subarray(100_001)], () => sleep(10))
    const { status } = await curl(['-s', '-F', 'first=1', '-F', 'x=@-;filename=y.bin', web.url], { stdin })
    expect(status).toBe(0)
    const { headers, body } = web.last()
    expect(headers['content-length']).toBe(String(body.length))
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': headers['content-type']! },
    }).formData()
    const part = form.get('x') as File
    expect([form.get('first'), part.name]).toEqual(['1', 'y.bin'])
    expect(Buffer.from(await part.arrayBuffer()).equals(content)).toBe(true)
  })

  it('is read no faster than the server takes it: 50 MB with little memory', async () => {
    const SIZE = 50 * MB
    const chunk = Buffer.alloc(MB / 4)
    let [produced, arrived, ahead] = [0, 0, 0]
    const server = await httpServer(async (request, response) => {
      // does not read before the upload has stopped, which shows that it is held back
      for (let was = -1; was !== produced; await sleep(200)) was = produced
      for await (const part of request) arrived += (part as Buffer).length
      response.end()
    })
    function* chunks(): Generator<Uint8Array> {
      for (; produced < SIZE; produced += chunk.length) {
        ahead = Math.max(ahead, produced - arrived)
        yield chunk
      }
    }
    const { status } = await curl(['-s', '-T', '-', server.url], { stdin: input(chunks()) })
    await server.close()
    expect([status, arrived]).toEqual([0, SIZE])
    // the kernel's buffers on both sides, and Node's
    expect(ahead).toBeGreaterThan(0)
    expect(ahead).toBeLessThan(24 * MB)
  })

  it('answers a prompt for a password, which is not shown', async () => {
    const { files: all } = toolRuntime.host()
    // with a terminal, the process would ask there
    const open: typeof all.open = (path, ...rest) => {
      if (path === '/dev/tty') throw Object.assign(new Error('no terminal'), { code: 'ENXIO' })
      return all.open(path, ...rest)
    }
    const files = { ...all, open }
    const stdin = input(['secret\n'], () => sleep(10))
    const { status, stderr } = await curl(['-s', '-u', 'anna', web.url], { stdin, files })
    expect(status).toBe(0)
    expect(web.last().headers.authorization).toBe(`Basic ${Buffer.from('anna:secret').toString('base64')}`)
    expect(stderr).toContain("Enter host password for user 'anna':")
    expect(stderr).not.toContain('secret')
  })

  it('is not read if it is not needed, and cancelled at the end', async () => {
    let [pulled, cancelled] = [0, 0]
    const stdin = new ReadableStream<Uint8Array>(
      { pull: () => void pulled++, cancel: () => void cancelled++ },
      { highWaterMark: 0 },
    )
    expect((await curl(['-s', web.url], { stdin })).status).toBe(0)
    expect([pulled, cancelled]).toEqual([0, 1])
  })

  it('that fails is an error where curl checks for one', async () => {
    const stdin = input(['a=', 'b'], (index) => (index === 1 ? Promise.reject(new Error('unplugged')) : undefined))
    const { status } = await curl(['-sS', '-d', '@-', web.url], { stdin })
    expect(status).toBe(26)
  })

  it('that stays silent does not keep --max-time from ending an upload', async () => {
    const stdin = input(['a'], (index) => (index === 1 ? new Promise(() => {}) : undefined))
    const { status } = await curl(['-s', '-m', '0.5', '-T', '-', web.url], { stdin })
    expect(status).toBe(28)
  })
})

describe('a terminal', () => {
  const terminal = { columns: 60, rows: 20 }

  it('is as wide as the progress bar', async () => {
    const { status, stderr } = await curl(['-#', '-o', '/dev/null', web.url], { terminal })
    expect(status).toBe(0)
    const last = stderr.trimEnd().split('\r').at(-1)!
    expect(last).toMatch(/^#+ 100\.0%$/)
    expect(last).toHaveLength(60)
  })

  it('shows no progress meter together with output', async () => {
    expect(await curl([web.url], { terminal })).toEqual({ status: 0, stdout: Buffer.from('hello\n'), stderr: '' })
    expect((await curl([web.url])).stderr).toContain('% Total')
  })

  it('gets no binary output, and bold names of headers', async () => {
    const binary = await curl(['-s', `${web.url}/bytes`], { terminal })
    expect([binary.status, binary.stdout.length]).toEqual([23, 0])
    expect((await curl(['-s', `${web.url}/bytes`])).stdout).toEqual(Buffer.from([1, 0, 2]))
    expect((await curl(['-si', web.url], { terminal })).stdout.toString()).toContain('\x1b[1mContent-Length\x1b[0m: 6')
  })
})

describe('earlier bugs', () => {
  it('an upload whose source fails is an error', async () => {
    const stdin = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent++ === 0) controller.enqueue(Buffer.from('half of it'))
        else controller.error(new Error('gone'))
      },
    })
    let sent = 0
    expect((await curl(['-s', '-T', '-', web.url], { stdin })).status).toBe(42)
  })

  it('a chunk of standard input that is not bytes is a read error', async () => {
    for (const chunk of ['text', null]) {
      const stdin = new ReadableStream({ start: (controller) => controller.enqueue(chunk as never) })
      expect((await curl(['-s', '-T', '-', web.url], { stdin })).status).toBe(42)
    }
  })

  it('a stdout whose desiredSize is never positive gets everything', async () => {
    const chunks: Uint8Array[] = []
    const stdout = new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk) }, { highWaterMark: 0 })
    expect((await curl(['-s', web.url], { stdout })).status).toBe(0)
    expect(Buffer.concat(chunks).toString()).toBe('hello\n')
  })

  it('many small chunks of standard input cost little', async () => {
    const before = process.cpuUsage()
    const chunks = Array.from({ length: 300 }, () => 'x'.repeat(100))
    expect((await curl(['-s', '-d', '@-', web.url], { stdin: input(chunks) })).status).toBe(0)
    const { user, system } = process.cpuUsage(before)
    // each of them took 8 ms in a busy loop
    expect((user + system) / 1000).toBeLessThan(300 * 4)
  })
})
