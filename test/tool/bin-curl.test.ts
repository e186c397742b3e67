// bin/curl as a process: its output is compared byte by byte with that of the native curl; its files, pipes and
// signals.
import { spawn, type SpawnOptions } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { refusingPort } from '../servers/faults.js'
import { ftpServer } from '../servers/ftp.js'
import { httpServer } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'
import { sourceServer } from '../servers/source.js'
import { sleep, until } from './client.js'
import { hang, site } from './site.js'

const OURS = [process.execPath, fileURLToPath(new URL('../../bin/curl', import.meta.url))]
const NATIVE = ['/usr/bin/curl']
const native = it.skipIf(!existsSync(NATIVE[0]!))

/** More than the largest buffer on its way to a file. */
const LARGE = Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => (i * 7 + (i >> 8)) % 256))

const web = await site({
  '/echo': (response, { body }) => void response.end(body),
  '/hang': hang,
  '/missing': (response) => void response.writeHead(404, { 'x-reason': 'none' }).end('not here\n'),
  '/moved': (response) => void response.writeHead(302, { location: '/there' }).end('moved'),
  '/bake': (response) =>
    void response.setHeader('set-cookie', ['a=1', 'b=2; path=/; expires=Tue, 19 Jan 2038 03:14:07 GMT']).end(),
  '/large': (response) => void response.end(LARGE),
  '/bytes': (response) => void response.end(Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256))),
})
const [source, ftp] = [await sourceServer(), await ftpServer()]
await ftp.put('/file.txt', 'by ftp\n')
const nobody = `http://127.0.0.1:${await refusingPort()}/`
const folder = scratch()
const home = join(folder, 'home')
mkdirSync(home)
afterAll(() => Promise.all([web.close(), source.close(), ftp.close()]))

interface Options {
  /** Bytes for a pipe, null for a pipe without data, or a descriptor. */
  stdin?: string | number | null
  env?: Record<string, string>
}

/** Starts a program in `folder`, with an environment that only has a home folder. */
function start([program, ...first]: readonly string[], args: string[], { stdin = '', env = {} }: Options = {}) {
  const input = typeof stdin === 'number' ? stdin : 'pipe'
  const options: SpawnOptions = {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: home, ...env },
    stdio: [input, 'pipe', 'pipe'],
  }
  const child = spawn(program!, [...first, ...args], options)
  onTestFinished(() => void child.kill('SIGKILL'))
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  for (const name of ['stdout', 'stderr'] as const) child[name]!.on('data', (chunk: Buffer) => chunks[name].push(chunk))
  if (typeof stdin === 'string') child.stdin!.on('error', () => {}).end(stdin)
  const text = (name: 'stdout' | 'stderr'): string => Buffer.concat(chunks[name]).toString('latin1')
  const ended = new Promise<{ status: number | string | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code, signal) =>
      resolve({ status: signal ?? code, stdout: text('stdout'), stderr: text('stderr') }),
    ),
  )
  return { child, ended, text }
}

const curl = (args: string[], options?: Options) => start(OURS, args, options).ended

/** Runs a line of bash in which `curl` is the program to test. The status is that of the line. */
function startShell(line: string) {
  return start(['bash', '-c', `curl() { '${OURS[0]}' '${OURS[1]}' "$@"; }\n${line}`], [])
}

const shell = (line: string) => startShell(line).ended

describe('the output is the same as that of the native curl', () => {
  const cases: [string, string[], Options?][] = [
    ['a body', ['-s', web.url]],
    ['bytes that are no text', ['-s', `${web.url}/bytes`]],
    ['two bodies', ['-s', web.url, `${web.url}/missing`]],
    ['headers and a body', ['-si', `${web.url}/missing`]],
    ['headers of redirects', ['-siL', `${web.url}/moved`]],
    ['-I', ['-sI', web.url]],
    ['-D -', ['-s', '-D', '-', '-o', '/dev/null', web.url]],
    ['-f', ['-sf', `${web.url}/missing`]],
    ['-sS -f', ['-sSf', `${web.url}/missing`]],
    ['no server, silently', ['-s', nobody]],
    ['-w', ['-s', '-w', '\\n%{http_code} %{size_download} %{content_type}%{onerror}%{header{x-reason}}\\n', web.url]],
    [
      '-w on stderr',
      ['-s', '-o', '/dev/null', '-w', '%{stderr}%{num_redirects}\\t%{url_effective}\\n', '-L', `${web.url}/moved`],
    ],
    ['-d', ['-s', '-d', 'a=1&b=ü', `${web.url}/echo`]],
    ['-d @- of a pipe', ['-s', '-d', '@-', `${web.url}/echo`], { stdin: 'one\ntwo\r\n' }],
    ['--data-binary @- of a pipe', ['-s', '--data-binary', '@-', `${web.url}/echo`], { stdin: 'one\ntwo\r\n' }],
    ['-T - of a pipe', ['-s', '-T', '-', `${web.url}/echo`], { stdin: 'one\ntwo\r\n' }],
    ['-K - of a pipe', ['-K', '-'], { stdin: `silent\nurl = "${web.url}/echo"\ndata = "x"\n` }],
    ['a list of names', ['-s', `${web.url}/{a,b}?[1-2]`, '-w', '%{url_effective}\\n']],
    ['--next', ['-s', web.url, '--next', '-s', '-d', 'x', `${web.url}/echo`]],
    ['FTP', ['-s', `${ftp.url}/file.txt`]],
    ['an FTP list', ['-s', '-l', `${ftp.url}/`]],
    ['a file', ['-s', `file://${home}/../home/.netrc`]],
    ['--retry 0', ['-s', '--retry', '0', nobody]],
  ]
  writeFileSync(join(home, '.netrc'), 'machine 127.0.0.1 login anna password secret\n', { mode: 0o600 })

  native.each(cases)('%s', async (_what, args, options) => {
    const [ours, theirs] = await Promise.all([curl(args, options), start(NATIVE, args, options).ended])
    expect(ours.status).toBe(theirs.status)
    expect(ours.stdout).toBe(theirs.stdout)
    // messages differ between versions
    if (/^curl: /.test(theirs.stderr)) expect(ours.stderr).toMatch(new RegExp(`^curl: \\(${ours.status}\\) .*\n$`))
    else expect(ours.stderr).toBe(theirs.stderr)
  })

  native('the progress bar, as wide as COLUMNS says', async () => {
    const last = async (program: string[]): Promise<string | undefined> =>
      (await start(program, ['-#', '-o', '/dev/null', web.url], { env: { COLUMNS: '43' } }).ended).stderr
        .split('\r')
        .at(-1)
    expect(await last(OURS)).toBe(await last(NATIVE))
  })

  native('requests with a body from a file tell its length', async () => {
    writeFileSync(join(folder, 'input'), 'some bytes in a file')
    for (const args of [
      ['-F', 'x=@-'],
      ['-T', '-'],
      ['--data-binary', '@-'],
    ]) {
      const [ours, theirs] = await Promise.all(
        [OURS, NATIVE].map(async (program) => {
          const fd = openSync(join(folder, 'input'), 'r')
          await start(program, ['-s', ...args, web.url, '-H', `X-Program: ${program[0]}`], { stdin: fd }).ended
          closeSync(fd)
          const { headers, body } = web.requests.find(({ headers }) => headers['x-program'] === program[0])!
          // the boundaries of a form differ in length from one version to the next
          const bytes = args[0] === '-F' ? 0 : body.length
          expect(headers['content-length']).toBe(headers['content-length'] && String(body.length))
          return { told: 'content-length' in headers, chunked: 'transfer-encoding' in headers, bytes }
        }),
      )
      web.requests.length = 0
      expect(ours).toEqual(theirs)
    }
  })
})

describe('stdin', () => {
  it('is a pipe that is slow: -T - sends what there is', async () => {
    let arrived = ''
    const server = await httpServer(async (request, response) => {
      for await (const chunk of request) arrived += String(chunk)
      response.end(arrived)
    })
    const line = `mkfifo go; { echo one; read <go; echo two; } | curl -s -T - ${server.url}`
    const run = shell(line)
    await until(() => arrived === 'one\n')
    writeFileSync(join(folder, 'go'), 'on\n')
    expect(await run).toEqual({ status: 0, stdout: 'one\ntwo\n', stderr: '' })
    await server.close()
  })

  it('is a pipe that is slow: -T . gets answers meanwhile', async () => {
    const server = await httpServer((request, response) => {
      response.flushHeaders()
      request.on('data', (chunk: Buffer) => response.write(`<${String(chunk)}>`))
      request.on('end', () => response.end())
    })
    // the pipe is a shell's: Node's own are sockets
    const line = `mkfifo talk; { echo one; read <talk; echo two; read <talk; } | curl -sN -T . ${server.url} 2>/dev/null`
    const { ended, text } = startShell(line)
    await until(() => text('stdout') === '<one\n>')
    writeFileSync(join(folder, 'talk'), 'on\n')
    await until(() => text('stdout') === '<one\n><two\n>')
    writeFileSync(join(folder, 'talk'), 'on\n')
    expect((await ended).status).toBe(0)
    await server.close()
  })

  it('is a pipe of Node, which is a socket: -T . receives while it sends', async () => {
    const server = await httpServer((request, response) => {
      response.flushHeaders()
      request.on('data', (chunk: Buffer) => response.write(`<${String(chunk)}>`))
      request.on('end', () => response.end())
    })
    const { child, ended, text } = start(OURS, ['-sN', '-T', '.', server.url], { stdin: null })
    for (const [word, answers] of [
      ['one', '<one>'],
      ['two', '<one><two>'],
    ] as const) {
      child.stdin!.write(word)
      await until(() => text('stdout') === answers)
    }
    child.stdin!.end()
    expect((await ended).status).toBe(0)
    await server.close()
  })

  it('is a file: -F x=@- sends it from its present position, with its length', async () => {
    writeFileSync(join(folder, 'form'), `skipped${'x'.repeat(200_000)}`)
    const { status } = await shell(`{ dd bs=7 count=1 of=/dev/null 2>&-; curl -s -F 'x=@-' ${web.url}; } < form`)
    expect(status).toBe(0)
    const { headers, body } = web.last()
    expect(headers['content-length']).toBe(String(body.length))
    expect(headers['transfer-encoding']).toBeUndefined()
    expect(body.toString()).not.toContain('skipped')
    expect(body.toString()).toContain('x'.repeat(200_000))
  })

  it('is closed, or missing', async () => {
    expect(await shell(`curl -s ${web.url} <&-`)).toMatchObject({ status: 0, stdout: 'hello\n', stderr: '' })
    expect(await shell(`curl -s -d @- ${web.url}/echo </dev/null`)).toMatchObject({ status: 0, stdout: '', stderr: '' })
  })
})

describe('stdout', () => {
  it('is appended to', async () => {
    const line = `echo first > log; curl -s ${web.url} >> log; curl -s ${web.url} >> log; cat log`
    expect((await shell(line)).stdout).toBe('first\nhello\nhello\n')
  })

  it('and stderr are one file: nothing is overwritten', async () => {
    const line = `curl -sSf ${web.url} ${web.url}/missing -w '%{stderr}told ' > both 2>&1; cat both`
    const { stdout } = await shell(line)
    expect(stdout).toContain('hello\n')
    expect(stdout).toContain('curl: (22) ')
    expect(stdout.match(/told /g)).toHaveLength(2)
  })

  it('that is read slowly gets everything, and holds the server back', async () => {
    const { child, ended, text } = start(OURS, ['-s', `http://127.0.0.1:${source.port}/60000000`])
    child.stdout!.pause()
    let sent = -1
    for (let was = -2; was !== sent || sent <= 0; await sleep(200)) [was, sent] = [sent, await source.sent()]
    expect(sent).toBeLessThan(32_000_000)
    child.stdout!.resume()
    expect((await ended).status).toBe(0)
    expect(text('stdout').length).toBe(60_000_000)
  })

  it.each([
    ['-s', ''],
    ['-sS', 'curl: (23) '],
  ])('that goes away ends curl with 23 (%s)', async (option, message) => {
    const url = `http://127.0.0.1:${source.port}/1000000000000`
    const { status, stdout, stderr } = await shell(`curl ${option} ${url} | head -c 10; exit \${PIPESTATUS[0]}`)
    expect([status, stdout.length]).toEqual([23, 10])
    expect(stderr.slice(0, message.length || undefined)).toBe(message)
    expect(stderr.split('\n').length).toBeLessThanOrEqual(2)
  })

  it('is a full disk', async () => {
    expect(await shell(`curl -s ${web.url} > /dev/full`)).toEqual({ status: 23, stdout: '', stderr: '' })
  })

  it('is not written with -o /dev/null, nor with -O', async () => {
    expect(await curl(['-s', '-o', '/dev/null', web.url])).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(await curl(['-s', '-O', `${web.url}/name`])).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(readFileSync(join(folder, 'name'), 'utf8')).toBe('hello\n')
  })
})

describe('the file of -o', () => {
  const size = (name: string): number => statSync(join(folder, name)).size

  it('has what has arrived, while the transfer goes on and after SIGINT', async () => {
    const { child, ended } = start(OURS, ['-s', '-o', 'growing', `${web.url}/hang`])
    const content = (): string => readFileSync(join(folder, 'growing'), 'utf8')
    await until(() => existsSync(join(folder, 'growing')) && content() === 'the beginning')
    child.kill('SIGINT')
    expect(['SIGINT', 130]).toContain((await ended).status)
    expect(content()).toBe('the beginning')
  })

  it.each([
    ['one after the other', []],
    ['-Z', ['-Z', '--no-progress-meter']],
  ])('is whole for each of several transfers: %s', async (_how, options) => {
    const files = ['large1', 'bytes1', 'large2', 'bytes2']
    const transfers = files.flatMap((name) => ['-o', name, `${web.url}/${name.slice(0, -1)}`])
    expect(await curl(['-s', ...options, ...transfers])).toEqual({ status: 0, stdout: '', stderr: '' })
    for (const name of ['large1', 'large2']) expect(readFileSync(join(folder, name)).equals(LARGE)).toBe(true)
    expect([size('bytes1'), size('bytes2')]).toEqual([70_000, 70_000])
  })

  it('has headers in front of the body with -i', async () => {
    await curl(['-s', '-i', '-o', 'both', `${web.url}/large`])
    const written = readFileSync(join(folder, 'both'))
    expect(written.subarray(0, 15).toString()).toBe('HTTP/1.1 200 OK')
    expect(written.subarray(-LARGE.length).equals(LARGE)).toBe(true)
  })

  // a limit of the size of files, in blocks of 1024 bytes, is a disk that is full there
  const full = (blocks: number, program: readonly string[], args: string) =>
    start(['bash', '-c', `trap '' XFSZ; ulimit -f ${blocks}; '${program.join("' '")}' ${args}`], []).ended

  native.each([
    ['in the middle', 100, '/large'],
    ['in the last buffer', 976, '/large'],
    ['in a short body', 0, '/'],
  ])('meets a full disk %s: 23, and the bytes that fit', async (_where, blocks, path) => {
    const [ours, theirs] = await Promise.all(
      [OURS, NATIVE].map((program, i) => full(blocks, program, `-sS -o full${i} ${web.url}${path}`)),
    )
    expect([ours!.status, size('full0')]).toEqual([23, blocks * 1024])
    expect([theirs!.status, size('full1')]).toEqual([23, blocks * 1024])
    const message = /\(23\) (Failure writing output to destination|Failed writing body)/
    expect(message.exec(ours!.stderr)![1]).toBe(message.exec(theirs!.stderr)![1])
  })

  it('is removed by --remove-on-error when the disk is full', async () => {
    const { status } = await full(100, OURS, `-s --remove-on-error -o gone ${web.url}/large`)
    expect([status, existsSync(join(folder, 'gone'))]).toEqual([23, false])
  })

  it('is a FIFO', async () => {
    const { stdout } = await shell(`mkfifo out; curl -s -o out ${web.url}/large & cat out; wait`)
    expect(stdout).toBe(LARGE.toString('latin1'))
  })
})

describe('a signal', { timeout: 10_000 }, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends a transfer', async (signal) => {
    const { child, ended, text } = start(OURS, ['-sN', `${web.url}/hang`])
    await until(() => text('stdout') !== '')
    child.kill(signal)
    const { status, stderr } = await ended
    expect([signal, signal === 'SIGINT' ? 130 : 143]).toContain(status)
    expect(stderr).toBe('')
    await until(async () => (await web.open()) === 0)
  })

  it('SIGINT ends a pause before another try, and reading stdin', async () => {
    const retrying = start(OURS, ['--retry', '3', '--retry-delay', '100', '--retry-connrefused', nobody])
    await until(() => retrying.text('stderr').includes('Retrying'))
    retrying.child.kill('SIGINT')
    expect(['SIGINT', 130]).toContain((await retrying.ended).status)
    const reading = start(OURS, ['-d', '@-', web.url], { stdin: null })
    await sleep(500)
    reading.child.kill('SIGINT')
    expect(['SIGINT', 130]).toContain((await reading.ended).status)
  })
})

describe('the end', () => {
  it('does not wait for connections that stay open', async () => {
    // the server keeps them for a minute
    const began = performance.now()
    expect((await curl(['-s', web.url, web.url])).status).toBe(0)
    expect(performance.now() - began).toBeLessThan(15_000)
    await until(async () => (await web.open()) === 0)
  })

  it('waits for the last bytes: the QUIT of FTP', async () => {
    await ftp.commands()
    expect((await curl(['-s', `${ftp.url}/file.txt`])).stdout).toBe('by ftp\n')
    let commands: string[] = []
    await until(async () => (commands = [...commands, ...(await ftp.commands())]).at(-1) === 'QUIT')
    expect(commands).toContain('RETR file.txt')
  })

  it('has a status, also for errors outside of curl', async () => {
    expect((await curl(['-sf', `${web.url}/missing`])).status).toBe(22)
    expect((await curl(['-s', nobody])).status).toBe(7)
    expect((await curl(['--no-such-option'])).status).toBe(2)
  })
})

describe('arguments that are not UTF-8', () => {
  const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
  /** What a server receives and what is written, with each of the two: `curl` in `line` is the program to test. */
  async function both(line: string, name = ''): Promise<{ sent: unknown; written: string | null; stdout: string }[]> {
    const done = []
    for (const program of [OURS, NATIVE]) {
      const path = bytes(join(folder, name))
      if (name !== '') rmSync(path, { force: true })
      web.requests.length = 0
      const script = `curl() { "${program.join('" "')}" "$@"; }\n${line}`
      const { stdout, status } = await start(['bash', '-c', script], []).ended
      expect(status).toBe(0)
      const { url, headers, body } = web.last()
      const sent = { url, 'x-name': headers['x-name'], body: body.toString('latin1') }
      done.push({ sent, written: name !== '' && existsSync(path) ? readFileSync(path, 'latin1') : null, stdout })
    }
    return done
  }

  native('are sent as they are: a body, a header, a form, and in a path their codes', async () => {
    const [ours, theirs] = await both(
      `curl -s -d $'a=\\xff\\xfe\\xc3\\xa9' -H $'X-Name: caf\\xe9 ü' ${web.url}/$'p\\xe9'`,
    )
    const sent = (outcome: typeof ours): unknown => ({ ...(outcome!.sent as object), url: '' })
    expect(sent(ours)).toEqual(sent(theirs)) // the case of hexadecimal digits differs between versions
    expect(ours!.sent).toEqual({ url: '/p%E9', 'x-name': 'caf\xe9 \xc3\xbc', body: 'a=\xff\xfe\xc3\xa9' })
    const form = await both(
      `curl -s -F $'\\xe9=\\xff;type=x/y' -H 'Content-Type: multipart/form-data; boundary=b' ${web.url}`,
    )
    expect((form[0]!.sent as { body: string }).body).toContain('name="\xe9"')
    const printed = await both(`curl -s -o /dev/null -w $'\\xff %{http_code} 😀' ${web.url}`)
    expect(printed[0]).toEqual(printed[1])
    expect(printed[0]!.stdout).toBe(bytes('\xff 200 \xf0\x9f\x98\x80').toString('latin1'))
  })

  native('name files', async () => {
    const written = await both(`curl -s -o $'caf\\xe9.txt' ${web.url}`, 'caf\xe9.txt')
    expect(written.map(({ written }) => written)).toEqual(['hello\n', 'hello\n'])
    writeFileSync(bytes(join(folder, '\xff in')), 'its content')
    for (const option of [`-d @$'\\xff in'`, `-T $'\\xff in'`]) {
      const [ours, theirs] = await both(`curl -s ${option} ${web.url}/echo`)
      expect(ours).toEqual(theirs)
      expect(ours!.stdout).toBe('its content')
    }
    const [ours, theirs] = await both(`curl -s -F $'f=@\\xff in' ${web.url} -H 'Content-Type: multipart/form-data'`)
    for (const { sent } of [ours!, theirs!]) {
      expect((sent as { body: string }).body).toContain('filename="\xff in"')
      expect((sent as { body: string }).body).toContain('its content')
    }
  })
})

describe('the surroundings', () => {
  it('the environment: a proxy', async () => {
    const { status } = await curl(['-s', 'http://anything.test/page'], { env: { http_proxy: web.url } })
    expect([status, web.last().url]).toEqual([0, 'http://anything.test/page'])
  })

  it('~/.curlrc, except with -q', async () => {
    writeFileSync(join(home, '.curlrc'), 'user-agent = "from curlrc"\nsilent\n')
    onTestFinished(() => writeFileSync(join(home, '.curlrc'), ''))
    expect((await curl([web.url, '-o', '/dev/null'])).stderr).toBe('')
    expect(web.last().headers['user-agent']).toBe('from curlrc')
    await curl(['-q', '-s', web.url])
    expect(web.last().headers['user-agent']).toMatch(/^curl\//)
  })

  it('~/.netrc', async () => {
    await curl(['-s', '-n', web.url])
    expect(web.last().headers.authorization).toBe(`Basic ${Buffer.from('anna:secret').toString('base64')}`)
  })

  native('a cookie jar, which the native curl reads and writes as well', async () => {
    for (const [writer, reader] of [
      [OURS, NATIVE],
      [NATIVE, OURS],
    ] as const) {
      await start(writer, ['-s', '-c', 'jar', `${web.url}/bake`]).ended
      await start(reader, ['-s', '-b', 'jar', web.url]).ended
      expect(web.last().headers.cookie?.split('; ').sort()).toEqual(['a=1', 'b=2'])
    }
  })

  it('a terminal: no progress meter with output to it, but one with -o', async () => {
    const terminal = (line: string) => shell(`script -qec "stty cols 50; ${line}" /dev/null`)
    const words = OURS.join(' ')
    const bar = await terminal(`${words} -# -o /dev/null ${web.url}`)
    expect(bar.stdout.trimEnd().split('\r').at(-1)).toBe(`${'#'.repeat(50 - 7)} 100.0%`)
    expect((await terminal(`${words} ${web.url}`)).stdout).toBe('hello\r\n')
  })
})
