// The curl tool's own options: what it does besides transfers, its exit codes, and its help.
import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { certificates } from '../servers/certificates.js'
import { rawServer, refusingPort } from '../servers/faults.js'
import { ftpServer } from '../servers/ftp.js'
import { httpsServer } from '../servers/listening.js'
import { scratchFolders } from '../servers/scratch.js'
import { curl, until } from './client.js'
import { hang, site, type Route } from './site.js'

const MODIFIED = 'Wed, 21 Oct 2015 07:28:00 GMT'
const content = 'x'.repeat(50_000) + 'y'.repeat(50_000)

/** Answers when `count` requests wait, and records how many did. */
function together(count: number): Route & { most: number } {
  const waiting = new Set<() => void>()
  const route: Route & { most: number } = Object.assign<Route, { most: number }>(
    (response) => {
      waiting.add(() => response.end('together'))
      route.most = Math.max(route.most, waiting.size)
      if (waiting.size < count) return
      for (const answer of waiting) answer()
      waiting.clear()
    },
    { most: 0 },
  )
  return route
}

const [all, few] = [together(30), together(5)]
let failures = 0
const web = await site({
  '/all': all,
  '/few': few,
  '/hang': hang,
  '/missing': (response) => void response.writeHead(404).end('not here\n'),
  '/moved': (response) => void response.writeHead(302, { location: '/there' }).end(),
  // two responses of three are errors
  '/busy': (response) => void response.writeHead(failures++ % 3 === 2 ? 200 : 503).end('at last\n'),
  '/file': (response, { headers }) => {
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
    const range = { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }
    const same = headers['if-none-match'] === '"v1"' || headers['if-modified-since'] === MODIFIED
    response.writeHead(same ? 304 : start ? 206 : 200, {
      'last-modified': MODIFIED,
      etag: '"v1"',
      ...(start ? range : {}),
    })
    response.end(same ? '' : content.slice(start))
  },
})
const secure = await httpsServer((_request, response) => void response.end('secret'))
const short = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred'))
const broken = await rawServer((socket) => {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred')
  setTimeout(() => socket.resetAndDestroy(), 50)
})
const ftp = await ftpServer()
await ftp.put('/file.txt', 'by ftp\n')
const nobody = `http://127.0.0.1:${await refusingPort()}`
const newFolder = scratchFolders()
afterAll(() => Promise.all([web, secure, short, broken, ftp].map((server) => server.close())))

/** The milliseconds between the requests for a path. */
function gaps(path: string): number[] {
  const times = web.requests.filter(({ url }) => url === path).map(({ at }) => at)
  return times.slice(1).map((time, i) => time - times[i]!)
}

describe('exit codes', () => {
  it.each([
    [1, 'ldap://127.0.0.1/', 'curl: (1) Protocol "ldap" is disabled'],
    [1, 'nonsense://127.0.0.1/', 'curl: (1) Protocol "nonsense" not supported'],
    [3, 'http://[::1/', 'curl: (3) '],
    [6, 'http://no-such-host.invalid/', 'curl: (6) Could not resolve host: no-such-host.invalid'],
    [7, nobody, 'curl: (7) Failed to connect to 127.0.0.1:'],
    [18, `http://127.0.0.1:${short.port}/`, 'curl: (18) '],
    [37, 'file:///no/such/file', 'curl: (37) '],
    [56, `http://127.0.0.1:${broken.port}/`, 'curl: (56) '],
    [60, secure.url, 'curl: (60) SSL certificate'],
  ])('%i: %s', async (code, url, message) => {
    const { status, stderr } = await curl(['-sS', url])
    expect(stderr.slice(0, message.length)).toBe(message)
    expect(status).toBe(code)
  })

  it('2: an option that curl does not know', async () => {
    const { status, stderr } = await curl(['--no-such-option', web.url])
    expect(status).toBe(2)
    expect(stderr).toContain('curl: option --no-such-option')
  })

  it('2: nothing to do', async () => {
    expect((await curl([])).status).toBe(2)
  })

  it('22: --fail and --fail-with-body', async () => {
    const plain = await curl(['-s', '-f', `${web.url}/missing`])
    expect([plain.status, plain.stdout.toString()]).toEqual([22, ''])
    const body = await curl(['-s', '--fail-with-body', `${web.url}/missing`])
    expect([body.status, body.stdout.toString()]).toEqual([22, 'not here\n'])
  })

  it('23: the output cannot be written', async () => {
    expect((await curl(['-s', '-o', '/no/such/folder/file', web.url])).status).toBe(23)
  })

  it('26: the input cannot be read', async () => {
    expect((await curl(['-s', '-T', '/no/such/file', web.url])).status).toBe(26)
  })

  it('28: --max-time, while a server sends nothing more', async () => {
    const { status, stdout, stderr } = await curl(['-sS', '--max-time', '0.3', `${web.url}/hang`])
    expect([status, stdout.toString()]).toEqual([28, 'the beginning'])
    expect(stderr).toMatch(/^curl: \(28\) Operation timed out after \d+ milliseconds with 13 out of 1000000 bytes/)
  })
})

describe('retries', () => {
  it('--retry tries again, after --retry-delay', async () => {
    const cwd = newFolder()
    const args = ['--no-progress-meter', '--retry', '3', '--retry-delay', '1', '-o', 'file', `${web.url}/busy`]
    const { status, stderr } = await curl(args, { cwd })
    expect(status).toBe(0)
    expect(readFileSync(join(cwd, 'file'), 'utf8')).toBe('at last\n')
    expect(stderr.match(/Retrying in 1 second\. /g)).toHaveLength(2)
    const between = gaps('/busy')
    expect(between).toHaveLength(2)
    for (const ms of between) expect(ms).toBeGreaterThan(950)
  })

  it('--retry-connrefused finally gives up', async () => {
    const { status, stderr } = await curl(['--retry', '2', '--retry-delay', '1', '--retry-connrefused', '-s', nobody])
    expect(status).toBe(7)
    expect(stderr).toBe('')
  })

  it('--rate makes pauses between transfers', async () => {
    expect((await curl(['-s', '--rate', '5/s', `${web.url}/rate`, `${web.url}/rate`, `${web.url}/rate`])).status).toBe(
      0,
    )
    const between = gaps('/rate')
    expect(between).toHaveLength(2)
    for (const ms of between) expect(ms).toBeGreaterThan(150)
  })
})

describe('-Z', () => {
  it('loads 30 URLs at the same time', async () => {
    const cwd = newFolder()
    const { status } = await curl(['-s', '-Z', '--parallel-immediate', '-o', 'file-#1', `${web.url}/all?[1-30]`], {
      cwd,
    })
    expect([status, all.most]).toEqual([0, 30])
    for (let i = 1; i <= 30; i++) expect(readFileSync(join(cwd, `file-${i}`), 'utf8')).toBe('together')
  })

  it('--parallel-max limits how many', async () => {
    const args = ['-s', '-Z', '--parallel-immediate', '--parallel-max', '5', '-w', '%{http_code} ']
    const { status, stdout } = await curl([...args, '-o', '/dev/null', `${web.url}/few?[1-30]`])
    expect([status, few.most]).toEqual([0, 5])
    expect(stdout.toString()).toBe('200 '.repeat(30))
  })

  it('goes on when one fails, except with --fail-early', async () => {
    const urls = [nobody, ...Array.from({ length: 5 }, (_, i) => `${web.url}/one?${i}`)]
    const outputs = urls.flatMap(() => ['-o', '/dev/null'])
    expect((await curl(['-s', '-Z', ...urls, ...outputs])).status).toBe(7)
    expect(web.requests.filter(({ url }) => url.startsWith('/one'))).toHaveLength(5)
    expect((await curl(['-s', '-Z', '--fail-early', nobody, `${web.url}/hang`, ...outputs])).status).toBe(7)
  })
})

describe('requests', () => {
  it('--json', async () => {
    await curl(['-s', '--json', '{"a":', '--json', '1}', web.url])
    const { method, body, headers } = web.last()
    expect([method, body.toString()]).toEqual(['POST', '{"a":1}'])
    expect([headers['content-type'], headers.accept]).toEqual(['application/json', 'application/json'])
  })

  it('-F with a file', async () => {
    const cwd = newFolder()
    writeFileSync(join(cwd, 'picture.png'), Buffer.of(0x89, 0, 255))
    await curl(['-s', '-F', 'field=grüße', '-F', 'picture=@picture.png', web.url], { cwd })
    const type = web.last().headers['content-type']!
    const form = await new Response(new Uint8Array(web.last().body), { headers: { 'content-type': type } }).formData()
    const picture = form.get('picture') as File
    expect([form.get('field'), picture.name, picture.type]).toEqual(['grüße', 'picture.png', 'image/png'])
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(Buffer.of(0x89, 0, 255))
  })

  it('-L, -I, -G, -e and --url-query', async () => {
    await curl(['-s', '-L', '-e', 'http://from.test/;auto', `${web.url}/moved`])
    expect(web.last()).toMatchObject({ url: '/there', headers: { referer: `${web.url}/moved` } })
    const { stdout } = await curl(['-s', '-I', `${web.url}/missing`])
    expect(web.last().method).toBe('HEAD')
    expect(stdout.toString()).toMatch(/^HTTP\/1\.1 404 Not Found\r\n[^]*\r\n\r\n$/)
    await curl(['-s', '-G', '-d', 'a=1', '-d', 'b=2', web.url])
    expect(web.last()).toMatchObject({ method: 'GET', url: '/?a=1&b=2' })
    await curl(['-s', '--url-query', 'b=x y', web.url])
    expect(web.last().url).toBe('/?b=x+y')
  })

  it('HTTPS, with --cacert and with -k', async () => {
    const trusted = await curl(['-s', '--cacert', certificates().ca.certFile, secure.url])
    expect([trusted.status, trusted.stdout.toString()]).toEqual([0, 'secret'])
    expect((await curl(['-s', '-k', secure.url])).status).toBe(0)
  })

  it('FTP, in both directions, with QUIT at the end', async () => {
    await ftp.commands()
    expect((await curl(['-s', `${ftp.url}/file.txt`])).stdout.toString()).toBe('by ftp\n')
    expect((await curl(['-s', '-d', 'x', '-T', '/proc/version', `${ftp.url}/up.txt`])).status).toBe(2)
    expect((await curl(['-s', '-T', '-', `${ftp.url}/up.txt`], { stdin: new Blob(['up']).stream() })).status).toBe(0)
    expect((await ftp.get('/up.txt'))?.toString()).toBe('up')
    const commands = await ftp.commands()
    expect(commands).toContain('RETR file.txt')
    await until(async () => commands.push(...(await ftp.commands())) > 0 && commands.at(-1) === 'QUIT')
  })
})

describe('files', () => {
  it('-C - continues where a file ends', async () => {
    const cwd = newFolder()
    writeFileSync(join(cwd, 'file'), content.slice(0, 60_000))
    expect((await curl(['-s', '-C', '-', '-O', `${web.url}/file`], { cwd })).status).toBe(0)
    expect(web.last().headers.range).toBe('bytes=60000-')
    expect(readFileSync(join(cwd, 'file'), 'utf8')).toBe(content)
  })

  it('-R gives a file the time of the server', async () => {
    const cwd = newFolder()
    await curl(['-s', '-R', '-O', `${web.url}/file`], { cwd })
    expect(statSync(join(cwd, 'file')).mtime.toUTCString()).toBe(MODIFIED)
  })

  it('-z asks for a resource that is newer than a file, or than a date', async () => {
    const cwd = newFolder()
    const file = join(cwd, 'file')
    writeFileSync(file, 'old')
    utimesSync(file, new Date(MODIFIED), new Date(MODIFIED))
    expect((await curl(['-s', '-z', 'file', '-O', `${web.url}/file`], { cwd })).status).toBe(0)
    expect(web.last().headers['if-modified-since']).toBe(MODIFIED)
    expect(readFileSync(file, 'utf8')).toBe('old')
    await curl(['-s', '-z', '20010203', '-O', `${web.url}/file`], { cwd })
    expect(web.last().headers['if-modified-since']).toBe('Sat, 03 Feb 2001 00:00:00 GMT')
    expect(readFileSync(file, 'utf8')).toBe(content)
  })

  it('--create-dirs, and without it', async () => {
    const cwd = newFolder()
    expect((await curl(['-s', '-o', 'a/b/c', web.url], { cwd })).status).toBe(23)
    expect((await curl(['-s', '--create-dirs', '-o', 'a/b/c', web.url], { cwd })).status).toBe(0)
    expect(readFileSync(join(cwd, 'a/b/c'), 'utf8')).toBe('hello\n')
  })

  it('--output-dir and --no-clobber', async () => {
    const cwd = newFolder()
    mkdirSync(join(cwd, 'out'))
    for (let i = 0; i < 2; i++)
      await curl(['-s', '--output-dir', 'out', '--no-clobber', '-O', `${web.url}/name`], { cwd })
    expect(existsSync(join(cwd, 'out/name')) && existsSync(join(cwd, 'out/name.1'))).toBe(true)
  })

  it('--remove-on-error removes an incomplete file, which otherwise stays', async () => {
    const cwd = newFolder()
    const url = `http://127.0.0.1:${short.port}/`
    expect((await curl(['-s', '-o', 'half', url], { cwd })).status).toBe(18)
    expect(readFileSync(join(cwd, 'half'), 'utf8')).toBe('not a hundred')
    expect((await curl(['-s', '--remove-on-error', '-o', 'half', url], { cwd })).status).toBe(18)
    expect(existsSync(join(cwd, 'half'))).toBe(false)
  })

  it('--etag-save and --etag-compare', async () => {
    const cwd = newFolder()
    const args = ['-s', '--etag-save', 'etag', '--etag-compare', 'etag', '-o', 'file', '-w', '%{http_code}']
    expect((await curl([...args, `${web.url}/file`], { cwd })).stdout.toString()).toBe('200')
    expect(readFileSync(join(cwd, 'etag'), 'utf8')).toBe('"v1"\n')
    expect((await curl([...args, `${web.url}/file`], { cwd })).stdout.toString()).toBe('304')
    expect(readFileSync(join(cwd, 'file'), 'utf8')).toBe(content)
  })

  it('-c stores cookies and -b sends them', async () => {
    const cwd = newFolder()
    const baker = await site({ '/bake': (response) => void response.setHeader('set-cookie', 'a=1; path=/').end() })
    await curl(['-s', '-c', 'jar', `${baker.url}/bake`], { cwd })
    await curl(['-s', '-b', 'jar', baker.url], { cwd })
    await baker.close()
    expect(readFileSync(join(cwd, 'jar'), 'utf8')).toContain('127.0.0.1\tFALSE\t/\tFALSE\t0\ta\t1\n')
    expect(baker.last().headers.cookie).toBe('a=1')
  })
})

describe('output', () => {
  it('-w prints numbers, to stdout, to stderr and to a file', async () => {
    const cwd = newFolder()
    const format = '%{http_code} %{size_download} %{num_connects} %{stderr}%{method}%output{told}%{scheme}'
    const { stdout, stderr } = await curl(['-s', '-o', '/dev/null', '-w', format, web.url], { cwd })
    expect([stdout.toString(), stderr]).toEqual(['200 6 1 ', 'GET'])
    expect(readFileSync(join(cwd, 'told'), 'utf8').toLowerCase()).toBe('http')
  })

  it('-w %{time_total} and %{json} print plausible values', async () => {
    const { stdout } = await curl(['-s', '-o', '/dev/null', '-w', '%{json}', web.url])
    const told = JSON.parse(stdout.toString()) as Record<string, unknown>
    expect(told).toMatchObject({ http_code: 200, size_download: 6, url_effective: `${web.url}/`, exitcode: 0 })
    expect(told.time_total).toBeGreaterThan(0)
    expect(told.time_total).toBeLessThan(10)
  })

  it('-D - and -i put the header before the body', async () => {
    for (const option of [['-D', '-'], ['-i']]) {
      const { stdout } = await curl(['-s', ...option, web.url])
      expect(stdout.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n([\w-]+: .*\r\n)+\r\nhello\n$/)
    }
  })

  it('--stderr puts messages in a file, or on stdout', async () => {
    const cwd = newFolder()
    const ran = await curl(['-sS', '--stderr', 'errors', nobody], { cwd })
    expect([ran.status, ran.stdout.toString(), ran.stderr]).toEqual([7, '', ''])
    expect(readFileSync(join(cwd, 'errors'), 'utf8')).toMatch(/^curl: \(7\) /)
    expect((await curl(['-sS', '--stderr', '-', nobody])).stdout.toString()).toMatch(/^curl: \(7\) /)
  })

  it('--libcurl writes a program', async () => {
    const cwd = newFolder()
    await curl(['-s', '--libcurl', 'program.c', '-A', 'me', web.url], { cwd })
    const program = readFileSync(join(cwd, 'program.c'), 'utf8')
    expect(program).toContain(`curl_easy_setopt(curl, CURLOPT_URL, "${web.url}`)
    expect(program).toContain('curl_easy_setopt(curl, CURLOPT_USERAGENT, "me");')
    expect(program).toMatch(/\n}\n[^]*$/)
  })

  it('-v prints the conversation, --trace-ascii its bytes', async () => {
    const verbose = await curl(['-sv', web.url])
    expect(verbose.stderr).toMatch(/\n> GET \/ HTTP\/1\.1\r\n[^]*\n< HTTP\/1\.1 200 OK\r\n/)
    const trace = await curl(['-s', '--trace-ascii', '-', '-o', '/dev/null', web.url])
    expect(trace.stdout.toString()).toContain('<= Recv data, 6 bytes (0x6)\n0000: hello')
  })

  it('-# and the progress meter reach 100%', async () => {
    const bar = await curl(['-#', '-o', '/dev/null', web.url], { env: { COLUMNS: '44' } })
    expect(bar.stderr.trimEnd().split('\r').at(-1)).toBe(`${'#'.repeat(44 - 7)} 100.0%`)
    const meter = await curl(['-o', '/dev/null', web.url])
    expect(meter.stderr).toMatch(/^ *% Total .*\n[^]*\r100 +6 /)
  })

  it('-M prints the manual', async () => {
    const { status, stdout } = await curl(['-M'])
    expect(status).toBe(0)
    expect(stdout.toString()).toContain('NAME\n')
    expect(stdout.length).toBeGreaterThan(200_000)
  })

  it('--help all lists the options, and -h describes one', async () => {
    const { status, stdout } = await curl(['--help', 'all'])
    expect(status).toBe(0)
    expect(stdout.toString().split('\n').length).toBeGreaterThan(250)
    expect(stdout.toString()).toMatch(/--zstd|--xattr/)
    expect((await curl(['-h', '--insecure'])).stdout.toString()).toContain('-k, --insecure')
  })

  it('-V prints the version, the protocols and the features', async () => {
    const { status, stdout } = await curl(['-V'])
    expect(status).toBe(0)
    expect(stdout.toString()).toMatch(
      /^curl 8\.\d+\.\d+ \(wasm32[^]*\nProtocols: .*\bhttps\b.*\nFeatures: .*\bHTTP2\b.*\n$/,
    )
  })
})
