// toJavaScript: the program does the same as the command line. Both are run with real servers, and the requests, the
// output and the written files are compared.
import { execFile, fork } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { MemoryFileSystem, toJavaScript } from 'libcurl-wasm/tool'
import { certificates } from '../servers/certificates.js'
import { connectProxy } from '../servers/connect-proxy.js'
import { Digest } from '../servers/digest.js'
import { ftpServer } from '../servers/ftp.js'
import { bodyOf, httpServer, httpsServer } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'
import { curl, input } from './client.js'

// --- servers that record requests ---

interface Seen {
  method: string
  url: string
  headers: [name: string, value: string][]
  body: string
}

const BINARY = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7) % 256))

/** The requests by the number at the start of the path. */
const seen = new Map<string, Seen[]>()
const digest = new Digest('here', { ann: 'secret' })

async function remember(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await bodyOf(request)).toString('latin1')
  const url = request.url!
  const plain = (text: string): string => text.replace(/-{24}\w{22}/g, 'BOUNDARY')
  const headers = Array.from({ length: request.rawHeaders.length / 2 }, (_, i): [string, string] => [
    request.rawHeaders[2 * i]!,
    plain(request.rawHeaders[2 * i + 1]!).replace(/(nonce|cnonce|response|opaque)="[^"]*"/g, '$1=""'),
  ])
  const id = /\/(c\d+)\b/.exec(url)![1]!
  seen.set(id, [...(seen.get(id) ?? []), { method: request.method!, url, headers, body: plain(body) }])
  if (url.includes('/digest') && digest.user(request) === null)
    return void response.writeHead(401, { 'www-authenticate': digest.challenge() }).end('who?')
  if (url.includes('/moved')) response.writeHead(302, { location: url.replace('moved', 'there') })
  if (url.includes('/kept')) response.writeHead(307, { location: url.replace('kept', 'there') })
  if (url.includes('/cookie')) response.setHeader('set-cookie', 'given=by-server; path=/')
  if (url.includes('/binary')) return void response.end(BINARY)
  response.end(`answer to ${request.method} ${url.replace(/^.*\/c\d+/, '')}\n`)
}

const http = await httpServer(remember)
const https = await httpsServer(remember)
const proxy = await connectProxy()
const folder = scratch()
const unix = await httpServer(remember, { path: join(folder, 'socket') })
const ftp = await ftpServer()
await ftp.put('/file.txt', 'by ftp')
afterAll(() => Promise.all([http, https, proxy, unix, ftp].map((server) => server.close())))

// --- command lines ---

const FILES: Record<string, string> = {
  'in.txt': 'line 1\r\nlüne 2\n',
  'in.json': '{\n  "a": [1, "ü"]\n}\n',
  'in.bin': '\0\x01\xff\xfe\0',
  'headers.txt': 'X-One: 1\nX-Two: 2\n',
  'config.txt': 'header = "X-Config: yes"\ndata = "from=config"\n',
  'data.txt': 'data = "@in.txt"\n',
  'one.txt': 'one=1',
  'jar.txt': `127.0.0.1\tFALSE\t/\tFALSE\t0\tfrom\tjar\n`,
}

/** The API that the program must use, and the command line. The URL is appended, or replaces a %. */
const CASES: [says: 'fetch' | 'Easy', argv: string[], path?: string, stdin?: string][] = [
  ['fetch', [], '/?a=b&c=%20'],
  ['fetch', ['-H', 'X-Own: a"b\'c\\d', '-H', 'Empty;', '-A', 'me/1.0']],
  ['Easy', ['-A', '']],
  ['Easy', ['%0/none']],
  ['Easy', ['-A', '', '%0/none']],
  ['Easy', ['-x', http.url, `ftp://ftp.example/%1`]],
  ['Easy', ['-H', 'Accept:', '-H', 'User-Agent:']],
  ['Easy', ['-H', 'X: 1', '-H', 'X: 2']],
  ['Easy', ['-H', 'X: ü']],
  ['Easy', ['-H', '@headers.txt', '-H', 'X-One: again']],
  ['fetch', ['-H', '@headers.txt']],
  ['fetch', ['--json', '{"a": "ü\\n\u202e"}']],
  ['fetch', ['--json', '@in.json']],
  ['fetch', ['-d', 'a=1', '--data-urlencode', 'b=1 2&3', '-d', 'c']],
  ['fetch', ['-d', '@in.txt']],
  ['fetch', ['-d', 'a=b&', '-d', '@in.txt']],
  ['fetch', ['-d', '@in.bin', '-d', 'ü', '--data-binary', '@in.bin', '--data-urlencode', 'x@in.txt']],
  ['Easy', ['-d', '@in.bin', '-d', 'ü', '--data-urlencode', '@in.txt', '-A', '']],
  ['fetch', ['-G', '-d', '@one.txt', '--data-urlencode', 'x@in.txt']],
  ['fetch', ['--data-binary', '@in.bin', '-H', 'Content-Type: application/octet-stream']],
  ['fetch', ['--data-binary', 'one\r\ntwo\t', '-X', 'PUT']],
  ['fetch', ['--data-raw', '@not-a-file', '-X', 'PATCH']],
  ['fetch', ['-d', 'x'.repeat(5000)]],
  ['fetch', ['-d', '']],
  ['fetch', ['-G', '-d', 'q=1', '--data-urlencode', 'r=ü'], '/search'],
  ['fetch', ['--url-query', 'z=9'], '/?y=8'],
  ['Easy', ['-X', 'GET', '-d', 'a=b']],
  ['fetch', ['-X', 'DELETE']],
  ['Easy', ['-X', 'POST']],
  ['fetch', ['-X', 'PROPFIND', '-H', 'Depth: 1']],
  ['fetch', ['-I']],
  ['fetch', ['-i', '-s']],
  ['Easy', ['-I', '-o', 'head.txt']],
  ['Easy', ['-i', '-o', 'both.txt']],
  ['Easy', ['-iL', '-o', 'both.txt', '-s'], '/moved'],
  ['fetch', ['-i', '-o', '/dev/null']],
  ['fetch', ['-I', '-o', '/dev/null']],
  ['fetch', [], '/binary'],
  ['fetch', ['%1/binary', '%2/binary']],
  ['Easy', ['--raw'], '/binary'],
  ['fetch', ['-o', 'out.bin'], '/binary'],
  ['fetch', ['-u', 'ann:se"cret']],
  ['fetch', ['--oauth2-bearer', 'token']],
  ['fetch', ['--digest', '-u', 'ann:secret'], '/digest'],
  ['fetch', ['--digest', '-u', 'ann:secret', '-d', 'a=b'], '/digest'],
  ['fetch', ['-b', 'a=1; b=2']],
  ['Easy', ['-b', 'jar.txt', '-c', 'new-jar.txt'], '/cookie'],
  ['Easy', ['-b', '', '%1/cookie', '%2']],
  ['fetch', ['-e', 'http://from.example/', '-r', '0-9']],
  ['fetch', ['--compressed']],
  ['Easy', ['--tr-encoding']],
  ['fetch', ['-L', '-d', 'a=b'], '/moved'],
  ['fetch', ['-L'], '/kept'],
  ['Easy', ['-L', '-u', 'ann:secret'], '/moved'],
  ['Easy', ['-L', '-X', 'PUT', '-d', 'a=b'], '/moved'],
  ['Easy', ['-L', '--post302', '-d', 'a=b'], '/moved'],
  ['Easy', ['-L', '-T', 'in.txt', '--max-redirs', '3'], '/kept'],
  ['fetch', [], '/moved'],
  ['fetch', ['--http1.0']],
  ['fetch', ['-T', 'in.txt']],
  ['fetch', ['-T', 'in.bin'], '/folder/'],
  ['fetch', ['-T', '-'], '/', 'from standard input'],
  ['Easy', ['-T', '-', '-H', 'X: 1', '-H', 'X: 2'], '/', 'from standard input'],
  ['fetch', ['-d', '@-'], '/', 'two\nlines'],
  ['fetch', ['-G', '-d', 'a=1', '-d', '@-'], '/', 'q=1\n'],
  ['fetch', ['--data-binary', '@-', '-H', 'Content-Type: x/y'], '/', 'two\nlines\0'],
  ['fetch', ['-d', 'a=b', '--data-urlencode', 'c@-'], '/', 'ü & \n'],
  ['Easy', ['-F', 'a=b;type=text/x', '-F', 'f=@in.txt;filename="o u t";headers="X-A: 1"', '-F', 'e=x;encoder=base64']],
  ['Easy', ['-F', 'f=@in.txt;type=x/y', '-F', 'g=<in.json', '--form-string', 'h=@no', '-F', 'two=@in.txt,in.json']],
  ['Easy', ['-F', '=(;type=multipart/alternative', '-F', '=one', '-F', '=two', '-F', '=)']],
  ['Easy', ['-F', 'f=@-;filename=x'], '/', 'a form from\nstandard input'],
  ['Easy', ['--form-escape', '-F', 'na"me=x']],
  ['fetch', ['-x', proxy.url]],
  ['fetch', ['-x', proxy.url, '--proxy-user', 'p:q', '--proxy-header', 'X-Proxy: 1', '-p']],
  ['fetch', ['--resolve', `name.example:${http.port}:127.0.0.1`, `http://name.example:${http.port}/%1`]],
  ['fetch', ['--connect-to', `::127.0.0.1:${http.port}`, 'http://other.example/%1']],
  ['fetch', ['-k', `https://localhost:${https.port}/%1`]],
  ['fetch', ['--cacert', certificates().ca.certFile, '--tlsv1.3', `https://localhost:${https.port}/%1`]],
  ['fetch', ['--unix-socket', join(folder, 'socket'), 'http://localhost/%1']],
  ['fetch', ['-o', 'out.txt', '-s']],
  ['fetch', ['-O', '-sS'], '/named.txt'],
  ['fetch', ['--create-dirs', '--output-dir', '.', '-o', 'set-#1.txt', '%1/{one,two}']],
  ['fetch', ['%1/a', '%2/b', '--next', '-X', 'DELETE', '%3/c']],
  ['Easy', ['%1/a', '-F', 'x=y', '--next', '%2/b', '-H', 'X: 1']],
  ['fetch', ['-Z', '%1/a', '%2/b']],
  ['fetch', ['-K', 'config.txt']],
  ['fetch', ['-K', 'data.txt']],
  ['fetch', ['--', '%1']],
  ['Easy', ['--path-as-is'], '/a/../b'],
  ['Easy', ['--request-target', '/%1/target', '%2/x']],
  ['Easy', ['--haproxy-protocol', '--max-time', '20', '-T', 'in.txt', `ftp://127.0.0.1:${ftp.port}/up.txt`].slice(3)],
  ['Easy', [`ftp://127.0.0.1:${ftp.port}/file.txt`, '--disable-epsv', '-o', 'by-ftp.txt']],
  ['Easy', ['file://%cwd/in.txt']],
  ['fetch', ['--max-time', '20', '--connect-timeout', '10', '-f', '-4']],
  ['Easy', ['--raw']],
  ['Easy', ['-n', '--netrc-file', 'in.txt']],
  ['Easy', ['--aws-sigv4', 'aws:amz:eu-west-1:s3', '-u', 'key:secret', '-H', 'X-Amz-Date: 20200101T000000Z']],
]

// --- running both ---

interface Outcome {
  requests: Seen[]
  stdout: string
  files: Record<string, string>
}

const dist = JSON.stringify(new URL('../../dist/js/node.js', import.meta.url).href)
const [byTool, byProgram] = ['tool', 'program'].map((name) => join(folder, name)) as [string, string]

function argvOf(i: number, cwd: string): string[] {
  const [, given, path = '/'] = CASES[i]!
  const argv = given.map((argument) =>
    argument
      .replace('%cwd', cwd)
      .replace(/^%0/, `${http.url.replace('http://', '')}/c${i}`)
      .replace(/^%\d/, `${http.url}/c${i}`)
      .replace(/%\d/, `c${i}`),
  )
  return given.some((argument) => /%\d|ftp:|file:/.test(argument)) ? argv : [...argv, `${http.url}/c${i}${path}`]
}

function prepare(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of Object.entries(FILES))
    writeFileSync(join(folder, name), content, name === 'in.bin' ? 'latin1' : 'utf8')
}

function take(i: number, stdout: string, folder: string): Outcome {
  const files = readdirSync(folder).filter((name) => !(name in FILES) && !name.endsWith('.mjs'))
  const requests = seen.get(`c${i}`) ?? []
  seen.delete(`c${i}`)
  return {
    requests,
    stdout,
    files: Object.fromEntries(
      files.map((name) => [
        name,
        readFileSync(join(folder, name), 'latin1').replace(/^(?:date|Date): .*$/gm, 'Date: now'),
      ]),
    ),
  }
}

interface Ran {
  stdout: string
  stderr: string
}

/** A process that runs the programs one after the other. The servers are in this one, which may not block. */
const runner = join(folder, 'runner.mjs')
writeFileSync(
  runner,
  `process.on('message', async ({ file, cwd }) => {
    process.chdir(cwd)
    const chunks = []
    process.stdout.write = (chunk) => chunks.push(Buffer.from(chunk))
    let stderr = ''
    try {
      await import(file)
    } catch (error) {
      stderr = error.stack + ' ' + error.cause
    }
    process.send({ stdout: Buffer.concat(chunks).toString('latin1'), stderr })
  })`,
)
const env = { PATH: process.env['PATH'] }
const child = fork(runner, { env, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
afterAll(() => child.kill())

function runProgram(file: string, cwd: string, stdin: string | undefined): Promise<Ran> {
  return new Promise((resolve) => {
    if (stdin === undefined) {
      child.once('message', (ran) => resolve(ran as Ran))
      child.send({ file, cwd })
      return
    }
    const own = execFile(process.execPath, [file], { cwd, env, encoding: 'latin1' }, (_error, stdout, stderr) =>
      resolve({ stdout, stderr }),
    )
    own.stdin!.end(stdin)
  })
}

async function runBoth(i: number): Promise<{ code: string; stderr: string; tool: Outcome; program: Outcome }> {
  const [, , , stdin] = CASES[i]!
  const [toolFolder, programFolder] = [join(byTool, `${i}`), join(byProgram, `${i}`)]
  prepare(toolFolder)
  prepare(programFolder)
  const code = await toJavaScript(argvOf(i, programFolder), { cwd: programFolder, env: {} })
  const file = join(programFolder, 'program.mjs')
  writeFileSync(file, code.replace("'libcurl-wasm'", dist))
  const ran = await curl(argvOf(i, toolFolder), { cwd: toolFolder, ...(stdin && { stdin: input([stdin]) }) })
  const tool = take(i, ran.stdout.toString('latin1'), toolFolder)
  const { stdout, stderr } = await runProgram(file, programFolder, stdin)
  return { code, stderr, tool, program: take(i, stdout, programFolder) }
}

/** Makes a request comparable with one of fetch, which has some headers of its own, and another order. */
function asFetchSends(request: Seen, tool: boolean): unknown {
  const own = ['accept-language', 'accept-encoding', 'expect']
  const headers = request.headers.map(([name, value]): [string, string] => [name.toLowerCase(), value])
  const others = headers.filter(
    ([name, value]) =>
      !own.includes(name) && !(name === 'user-agent' && value.startsWith(tool ? 'curl/' : 'libcurl-wasm')),
  )
  return { ...request, headers: others.sort(([a], [b]) => (a < b ? -1 : 1)) }
}

describe('the program of', () => {
  const names = CASES.map(([says, argv], i) => [argv.join(' ').slice(0, 70) || '(nothing)', says, i] as const)
  it.each(names)(
    'curl %s (%s)',
    async (_, says, i) => {
      const { code, stderr, tool, program } = await runBoth(i)
      expect(stderr, code).toBe('')
      expect(code).toMatch(says === 'fetch' ? /await fetch\(/ : /new Easy\(\)/)
      if (says === 'Easy') expect(program.requests).toEqual(tool.requests)
      else
        expect(program.requests.map((request) => asFetchSends(request, false))).toEqual(
          tool.requests.map((request) => asFetchSends(request, true)),
        )
      const line = CASES[i]![1].join(' ')
      if (!/(?:ftp|file):/.test(line)) expect(tool.requests.length).toBeGreaterThan(0)
      // a program prints a head in JavaScript's form
      if (says === 'Easy' || !/-[Ii]\b(?!.*null)/.test(line)) expect(program.stdout).toBe(tool.stdout)
      expect(program.files).toEqual(tool.files)
    },
    60_000,
  )
})

describe('translating', () => {
  it('connects to nothing and changes no file', async () => {
    const files = new MemoryFileSystem({ '/jar.txt': 'old', '/out.txt': 'old', '/in.txt': 'in' })
    const names = (): string[] => files.readdir('/').map(({ name }) => name)
    const [before, connections] = [names(), http.connections]
    const argv = [
      '-c',
      'jar.txt',
      '-o',
      'out.txt',
      '-D',
      'h.txt',
      '--libcurl',
      'l.c',
      '--trace',
      't.txt',
      '--hsts',
      's',
    ]
    for (const more of [[], ['-Z'], ['-K', 'in.txt'], ['--retry', '5', '--retry-all-errors'], ['-T', 'in.txt']]) {
      files.writeFile('/in.txt', '--parallel')
      const program = await toJavaScript([...argv, ...more, http.url, http.url], { files, cwd: '/', env: {} })
      expect(program).toContain('jar.txt')
    }
    expect(http.connections).toBe(connections)
    expect(names()).toEqual(before)
    for (const name of ['/jar.txt', '/out.txt']) expect(Buffer.from(files.readFile(name)).toString()).toBe('old')
  })

  it('ends with the reason of its signal', async () => {
    const reason = new Error('enough')
    await expect(toJavaScript(['http://h.example/'], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it('reads options from standard input, if it is given', async () => {
    const config = 'url = "http://h.example/"\nretry = 3\ndata = "@later.txt"\n'
    const options = {
      stdin: input([config.slice(0, 20), config.slice(20)]),
      env: {},
      files: new MemoryFileSystem(),
      cwd: '/',
    }
    const program = await toJavaScript(['-K', '-', '-H', 'X: 1'], options)
    expect(program).toMatch(/^\/\/ left out, .*: --retry 3$/m)
    expect(program).toContain(`await fetch('http://h.example/', {`)
    expect(program).toContain(`X: '1'`)
    expect(program).toContain(`(await readFile('later.txt')).filter((byte) => ![0, 10, 13].includes(byte))`)
  })

  it('reads standard input if it is given', async () => {
    const program = await toJavaScript(['-d', '@-', 'http://h.example/'], { stdin: input(['a=', 'b\n']), env: {} })
    expect(program).toContain("body: 'a=b'")
  })

  it('writes a program for a page if there is a relay', async () => {
    const files = new MemoryFileSystem({ '/in.txt': 'x' })
    const options = { relay: 'wss://relay.example/', files, cwd: '/', env: {} }
    const simple = await toJavaScript(['https://h.example/', '-o', 'x'], options)
    expect(simple).toContain("import init, { fetch, wispTransport } from 'libcurl-wasm'\n")
    expect(simple).toContain("await init({ transport: wispTransport({ url: 'wss://relay.example/' }) })\n")
    expect(simple).toContain('// curl would write to: x\n')
    for (const argv of [
      ['-T', 'in.txt'],
      ['-T', 'in.txt', '-H', 'X;', '-H', 'X;'],
      ['-F', 'f=@in.txt'],
      ['-d', '@-'],
      ['-T', '-'],
    ]) {
      const program = await toJavaScript([...argv, 'https://h.example/'], options)
      expect(program).not.toMatch(/node:|process|Buffer/)
    }
  })
})

describe('files that come or change later', () => {
  const later: Record<string, string> = { 'later.txt': 'one\r\ntwo\0\n', 'later.bin': '\xff\n\xfe', 'ca.pem': '' }
  const CASES_LATER: string[][] = [
    ['-d', '@later.txt'],
    ['-d', 'a=b', '-d', '@later.txt', '-H', 'X: 1', '-H', 'X: 2'],
    ['--data-binary', '@later.bin'],
    ['--data-urlencode', 'x@later.bin'],
    ['--json', '@later.txt'],
    ['-T', 'later.bin'],
    ['-T', '{later.bin,later.txt}'],
    ['-T', 'later.bin', '-H', 'X: 1', '-H', 'X: 2'],
    ['-F', 'f=@later.bin', '-F', 'g=<later.txt'],
    ['--netrc-file', 'later.txt'],
  ]

  it.each(CASES_LATER.map((argv): [string, string[]] => [argv.join(' '), argv]))('%s', async (_name, argv) => {
    const base = scratch()
    for (const when of ['missing', 'without the line ends']) {
      const [toolFolder, programFolder] = ['tool', 'program'].map((name) => join(base, `${when}-${name}`)) as [
        string,
        string,
      ]
      const id = 'c9999'
      const line = [...argv, `${http.url}/${id}/`]
      for (const cwd of [toolFolder, programFolder]) mkdirSync(cwd)
      if (when !== 'missing') for (const name of Object.keys(later)) writeFileSync(join(programFolder, name), 'x')
      const code = await toJavaScript(line, { env: {}, cwd: programFolder })
      for (const cwd of [toolFolder, programFolder])
        for (const [name, content] of Object.entries(later)) writeFileSync(join(cwd, name), content, 'latin1')
      await curl(line, { cwd: toolFolder })
      const byTool = seen.get(id)!
      seen.delete(id)
      const file = join(programFolder, 'program.mjs')
      writeFileSync(file, code.replace("'libcurl-wasm'", dist))
      expect((await runProgram(file, programFolder, undefined)).stderr, code).toBe('')
      const asSent = (requests: Seen[], tool: boolean): unknown[] =>
        requests.map((request) => (code.includes('await fetch(') ? asFetchSends(request, tool) : request))
      expect(asSent(seen.get(id) ?? [], false), code).toEqual(asSent(byTool, true))
      seen.delete(id)
    }
  })

  it('are left open, for a page', async () => {
    const options = { relay: 'wss://relay.example/', files: new MemoryFileSystem(), cwd: '/', env: {} }
    for (const [argv, written] of [
      [['-d', '@later.txt'], `body: ('' /* the content of later.txt */)`],
      [['-T', 'later.txt'], 'body: new Blob([/* the content of later.txt */])'],
      [['-F', 'f=@later.txt'], `new File([/* the content of later.txt */], 'later.txt')`],
    ] as const)
      expect(await toJavaScript([...argv, 'https://h.example/'], options)).toContain(written)
  })
})
