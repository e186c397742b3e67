// runTool: its result, its environment, and how it ends. standard-streams.test.ts tests what it reads and writes.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MemoryFileSystem, runTool, toolRuntime, type ToolOptions } from 'libcurl-wasm/tool'
import { afterAll, describe, expect, it } from 'vitest'
import { refusingPort } from '../servers/faults.js'
import { httpsServer } from '../servers/listening.js'
import { scratchFolders } from '../servers/scratch.js'
import { runScript } from '../servers/script.js'
import { sourceServer } from '../servers/source.js'
import { curl, input, sleep, start, until } from './client.js'
import { hang, site } from './site.js'

const web = await site({
  '/echo': (response, { body }) => void response.end(body),
  '/hang': hang,
  '/silent': () => {},
  // another content for each query
  '/big': (response, { url }) => void response.end(url.split('?')[1]!.repeat(100_000)),
})
const source = await sourceServer()
const nobody = `http://127.0.0.1:${await refusingPort()}`
const newFolder = scratchFolders()
afterAll(() => Promise.all([web.close(), source.close()]))

describe('the result', () => {
  it('is the exit status, with the body on stdout and nothing on stderr', async () => {
    expect(await curl(['-s', web.url])).toEqual({ status: 0, stdout: Buffer.from('hello\n'), stderr: '' })
  })

  it('is the CURLcode of a failure, with its message on stderr', async () => {
    const { status, stdout, stderr } = await curl(['-sS', nobody])
    expect([status, stdout.length]).toEqual([7, 0])
    expect(stderr).toMatch(/^curl: \(7\) Failed to connect to 127\.0\.0\.1:\d+ .*\n$/)
  })

  it.each([
    ['NUL', ['-s', 'http://127.0.0.1/\0']],
    ['bytes with NUL', ['-s', Uint8Array.of(104, 0)]],
    ['other numbers', ['-s', Uint16Array.of(104) as never]],
    ['a number', ['-s', 1 as never]],
    ['undefined', [undefined as never]],
    ['an object', [{ toString: () => '-V' } as never]],
  ])('is a rejection with TypeError for an argument that is %s', async (_what, args) => {
    await expect(runTool(args)).rejects.toThrow(TypeError)
  })

  it('is correct for arguments and file names that are not UTF-8', async () => {
    const files = new MemoryFileSystem()
    const name = Uint8Array.of(0x61, 0xff, 0xc3, 0xa9)
    const data = Uint8Array.of(0xff, 0xfe, 0x61)
    const { status } = await curl(['-s', '-d', data, '-o', name, `${web.url}/echo`], { files, cwd: '/' })
    expect(status).toBe(0)
    expect(files.readdir('/').map((entry) => entry.name)).toContain('a\udcffé')
    expect([...files.readFile('/a\udcffé')]).toEqual([...data])
    expect((await curl(['-s', '-T', name, `${web.url}/echo`], { files, cwd: '/' })).stdout).toEqual(Buffer.from(data))
  })

  it('is a rejection with TypeError for a stream that is locked', async () => {
    const stdout = new WritableStream()
    stdout.getWriter()
    await expect(curl([web.url], { stdout })).rejects.toThrow(TypeError)
  })

  it('is correct for arguments beyond ASCII, and empty ones', async () => {
    const { status } = await curl(['-s', '-H', 'X-Empty;', '--data-raw', 'grüße ☃', '-A', '', web.url])
    expect(status).toBe(0)
    expect(web.last().body.toString()).toBe('grüße ☃')
    expect(web.last().headers).not.toHaveProperty('user-agent')
    expect(web.last().headers['x-empty']).toBe('')
  })
})

describe('the environment', () => {
  it('names the proxy', async () => {
    const proxied = await curl(['-s', 'http://anything.test/page'], { env: { http_proxy: web.url } })
    expect([proxied.status, web.last().url]).toEqual([0, 'http://anything.test/page'])
    const excepted = await curl(['-s', web.url], { env: { http_proxy: nobody, no_proxy: '127.0.0.1' } })
    expect([excepted.status, excepted.stdout.toString()]).toEqual([0, 'hello\n'])
  })

  it('has the home folder, where .curlrc and .netrc are', async () => {
    const home = newFolder()
    writeFileSync(join(home, '.curlrc'), 'user-agent = "from curlrc"\nnetrc\n')
    writeFileSync(join(home, '.netrc'), 'machine 127.0.0.1 login anna password secret\n')
    expect((await curl(['-s', web.url], { env: { HOME: home } })).status).toBe(0)
    expect(web.last().headers['user-agent']).toBe('from curlrc')
    expect(web.last().headers.authorization).toBe(`Basic ${Buffer.from('anna:secret').toString('base64')}`)
    await curl(['-q', '-s', web.url], { env: { HOME: home } })
    expect(web.last().headers['user-agent']).toMatch(/^curl\//)
  })

  it("is the process's own only if none is given", async () => {
    const before = process.env.http_proxy
    process.env.http_proxy = nobody
    try {
      expect((await curl(['-s', web.url], { env: undefined })).status).toBe(7)
      expect((await curl(['-s', web.url], { env: {} })).status).toBe(0)
      expect((await curl(['-s', web.url], { env: { http_proxy: undefined } })).status).toBe(0)
    } finally {
      if (before === undefined) delete process.env.http_proxy
      else process.env.http_proxy = before
    }
  })
})

describe('cwd', () => {
  it('is the base of relative paths: -o, -T, -K, -F, -d @file and cookie jars', async () => {
    const cwd = newFolder()
    mkdirSync(join(cwd, 'sub'))
    writeFileSync(join(cwd, 'sub', 'up.txt'), 'uploaded')
    writeFileSync(join(cwd, 'config'), `url = "${web.url}/echo"\nupload-file = "sub/up.txt"\noutput = "sub/down.txt"\n`)
    expect((await curl(['-s', '-K', 'config'], { cwd })).status).toBe(0)
    expect(web.last().method).toBe('PUT')
    expect(readFileSync(join(cwd, 'sub', 'down.txt'), 'utf8')).toBe('uploaded')
    await curl(['-s', '-d', '@sub/up.txt', web.url], { cwd })
    expect(web.last().body.toString()).toBe('uploaded')
    await curl(['-s', '-F', 'f=@sub/up.txt', web.url], { cwd })
    expect(web.last().body.toString()).toContain('filename="up.txt"')
    await curl(['-s', '-b', 'a=1', '-c', 'jar', '-O', `${web.url}/remote-name`], { cwd })
    expect(readdirSync(cwd).sort()).toEqual(['config', 'jar', 'remote-name', 'sub'])
  })

  it('can differ between tools that run at the same time', async () => {
    const cwds = [newFolder(), newFolder(), newFolder()]
    await Promise.all(cwds.map((cwd, i) => curl(['-s', '-o', 'same', `${web.url}/big?${i}`], { cwd })))
    expect(cwds.map((cwd) => readFileSync(join(cwd, 'same'), 'utf8')[0])).toEqual(['0', '1', '2'])
  })
})

describe('several tools at the same time', () => {
  it('10 of them: no output is mixed up', async () => {
    const cwd = newFolder()
    const tools = Array.from({ length: 10 }, async (_, i) => {
      const args = ['-s', `${web.url}/big?${i}`, '-o', `${i}`, `${web.url}/big?-${i}-`, '-o', '-', '-D', '-']
      const stdin = input([`stdin of ${i}`], () => sleep(5))
      return curl([...args, '-w', `%{stderr}end of ${i}`, '--data-binary', '@-'], { cwd, stdin })
    })
    const ran = await Promise.all(tools)
    ran.forEach(({ status, stdout, stderr }, i) => {
      expect(status).toBe(0)
      expect(stdout.toString().endsWith(`\r\n\r\n${`-${i}-`.repeat(100_000)}`)).toBe(true)
      expect(stderr).toBe(`end of ${i}end of ${i}`)
      expect(readFileSync(join(cwd, `${i}`), 'utf8')).toBe(`${i}`.repeat(100_000))
      expect(web.requests.filter(({ body }) => body.toString() === `stdin of ${i}`)).toHaveLength(2)
    })
  })

  it('one that fails or is stopped does not affect the others', async () => {
    const [hanging, failing] = [start(['-sN', `${web.url}/hang`]), curl(['-s', nobody])]
    const slow = curl(['-s', '--limit-rate', '400k', `${web.url}/big?x`])
    await until(() => hanging.out.text !== '')
    hanging.abort()
    expect([await hanging.status, (await failing).status]).toEqual([130, 7])
    expect((await slow).stdout.length).toBe(100_000)
  })
})

describe('errors of the host', () => {
  const { transport, files } = toolRuntime.host()
  const fault = new Error('a mistake in the host')
  const fail = (): never => {
    throw fault
  }
  const faults: [string, ToolOptions, string[]][] = [
    ['connecting', { transport: { ...transport, connect: fail } }, ['-s', 'URL']],
    ['opening a file', { files: { ...files, open: fail } }, ['-s', '-o', '/x', 'URL']],
    ['opening a file, while others load', { files: { ...files, open: fail } }, ['-s', '-Z', 'URL', 'URL', '-o', '/x']],
    ['reading a folder', { files: { ...files, stat: fail } }, ['-s', '-z', '/x', 'URL']],
  ]

  it.each(faults)('%s: rejects with the error, and leaves nothing open', async (_what, options, args) => {
    await until(async () => (await web.open()) === 0)
    const tool = start(
      args.map((arg) => arg.replace('URL', web.url)),
      options,
    )
    await expect(tool.status).rejects.toBe(fault)
    expect([tool.out.closed, tool.err.closed]).toEqual([1, 1])
    await until(async () => (await web.open()) === 0)
  })
})

describe('a process', () => {
  it('has no more open files than before, however the tool ends', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length
    const cwd = newFolder()
    const aborting = (): AbortSignal => AbortSignal.timeout(100)
    const before = open()
    await curl(['-s', '-o', 'a', '-D', 'b', '-c', 'c', '--stderr', 'd', web.url], { cwd })
    await curl(['-s', '-o', 'a', '-D', 'b', '--trace', 'e', `${web.url}/hang`], { cwd, signal: aborting() })
    await curl(['-s', '-T', 'a', '-o', 'f', '-m', '0.1', `${web.url}/hang`], { cwd })
    await curl(['-s', '-o', 'a', nobody, '-o', 'b', `${web.url}/hang`], { cwd, signal: aborting() })
    await until(async () => (await web.open()) === 0 && open() <= before)
  })

  it.each([['-s'], ['-sT -'], ['-sT .'], ['-Zs']])('does nothing while the tool waits (%s)', async (options) => {
    const script = `
      import { performance } from 'node:perf_hooks'
      import { runTool } from 'libcurl-wasm/tool'
      const [stdin, stdout, stderr] = [new ReadableStream(), new WritableStream(), new WritableStream()]
      const args = '${options} ${web.url}/silent'.split(' ')
      const run = runTool(args, { env: {}, stdin, stdout, stderr, signal: AbortSignal.timeout(900) })
      await new Promise((resolve) => setTimeout(resolve, 400))
      const before = performance.eventLoopUtilization()
      await run
      console.log(performance.eventLoopUtilization(before).utilization)`
    expect(Number((await runScript(script)).stdout)).toBeLessThan(0.1)
  })

  it('that has run the tool ends by itself, whatever the result', async () => {
    const busy = await site({ '/hang': hang, '/busy': (response) => void response.writeHead(503).end() })
    const script = `
      import { runTool } from 'libcurl-wasm/tool'
      const [web, nobody] = ['${busy.url}', '${nobody}']
      const quiet = () => ({ stdout: new WritableStream(), stderr: new WritableStream() })
      const statuses = []
      const run = async (args, options) => {
        await runTool(args, { ...quiet(), ...options }).then((status) => statuses.push(status), (e) => statuses.push(e.message))
      }
      await run(['-s', web, web])
      await run(['-sm', '0.2', web + '/hang'])
      await run([nobody])
      await run(['-s', '-d', '@-', web], { stdin: new ReadableStream({ pull(c) { c.error(new Error('broken')) } }) })
      await run(['-s', '--retry', '1', '--retry-delay', '100', web + '/busy'], { signal: AbortSignal.timeout(300) })
      await run(['-s', web + '/hang'], { signal: AbortSignal.timeout(300) })
      await run(['-s', web, '-o', '/x'], { files: { open() { throw new Error('trap') } } })
      console.log(JSON.stringify(statuses))`
    const { stdout, stderr } = await runScript(script)
    await busy.close()
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual([0, 28, 7, 26, 130, 130, 'trap'])
  })
})

describe('earlier bugs', () => {
  it('--retry-delay is respected with TLS, whose connections end with a message', async () => {
    const times: number[] = []
    const server = await httpsServer((_request, response) => {
      times.push(performance.now())
      response.writeHead(503, { connection: 'close' }).end()
    })
    const { status } = await curl(['-skf', '--retry', '1', '--retry-delay', '1', server.url])
    await server.close()
    expect(status).toBe(22)
    expect(times[1]! - times[0]!).toBeGreaterThan(900)
  })

  it('an error names a stream that is in use', async () => {
    const stdin = input()
    stdin.getReader()
    await expect(curl([web.url], { stdin })).rejects.toThrow(/^stdin is locked/)
  })

  it('an error names arguments that are not an array', async () => {
    await expect(curl('-V' as never)).rejects.toThrow(/array/)
  })

  it('/dev/stdout is standard output even if there is no such file', async () => {
    const files = new MemoryFileSystem()
    const { status, stdout } = await curl(['-s', '-o', '/dev/stdout', web.url], { files })
    expect([status, stdout.toString()]).toEqual([0, 'hello\n'])
    expect([...files.files()]).toEqual([])
  })
})

describe('module', () => {
  it('can be given, as bytes, a response or compiled', async () => {
    const file = new URL('../../dist/curl-tool.wasm', import.meta.url)
    const bytes = readFileSync(file)
    const compiled = WebAssembly.compile(bytes)
    const response = new Response(bytes, { headers: { 'content-type': 'application/wasm' } })
    for (const module of [file, bytes, compiled, response])
      expect((await curl(['-V'], { module })).stdout.toString()).toMatch(/^curl 8/)
    await expect(curl(['-V'], { module: {} as never })).rejects.toThrow(/a module is a URL/)
  })
})
