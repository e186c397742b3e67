// "Copy as" fetch and requests: the programs are run, and a server gets from them what it gets from curl.
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MemoryFileSystem, runTool, toolRuntime } from 'libcurl-wasm/tool'
import type { OptionTable } from '../../../ts/tool/javascript/curl-options.js'
import { makeRecordLine } from '../../../ts/tool/javascript/recording.js'
import type { Requests } from '../../../playground/src/command/requests.js'
import type { Redirect } from '../../../playground/src/command/shell.js'
import { writeFetch } from '../../../playground/src/command/write-fetch.js'
import { writePython } from '../../../playground/src/command/write-python.js'
import { requestsOf } from '../../../playground/src/worker/requests.js'
import { httpServer, type Listening } from '../../servers/listening.js'
import { scratch } from '../../servers/scratch.js'
import { withValue } from '../../tool/javascript/option-values.js'
import { readTable } from './table.js'

const recordLine = makeRecordLine(toolRuntime)
let table: OptionTable
const requestsIn = async (argv: readonly string[], redirects: Redirect[] = []): Promise<Requests> =>
  requestsOf(await recordLine(['-q', ...argv], { env: {} }), redirects, table)

/** Command lines that both programs can do. U is the server, and F a file of two lines that is not UTF-8. */
const LINES: Readonly<Record<string, string[]>> = {
  'a plain request': ['U/'],
  'a URL with a query, without a scheme': ['BARE/a%20b?x=1&y=%C3%A9&z'],
  '-G with -d and --data-urlencode': ['-G', '-d', 'a=1', '--data-urlencode', 'q=a b&c=ü', 'U/?first'],
  'headers, also empty, with quotes, and two of a name': [
    ...[
      '-H',
      `X-Quotes: it's "here" \\n`,
      '-H',
      'X-Empty;',
      '-H',
      'Accept: text/html',
      '-H',
      'Accept-Language: de',
      'U/',
    ],
  ],
  'options that are headers': ['-A', 'me/1', '-e', 'http://r.example/', '-b', 'a=b; c=d', '-r', '5-9', 'U/'],
  'a condition': ['-z', 'Mon, 30 Nov 2026 12:00:00 GMT', 'U/'],
  'the user in an option': ['-u', 'ann:pässword:x', 'U/'],
  'the user in the URL': ['http://ann%40x:p%2Fw@HOST/'],
  'a bearer token': ['--oauth2-bearer', 'tok', 'U/'],
  '-d': ['-d', 'a=1', '-d', 'b=ü&c=%20', 'U/'],
  '-d with an empty text': ['-d', '', 'U/'],
  '-d without a type': ['-d', 'a=1', '-H', 'Content-Type:', 'U/'],
  '-d of a file, which loses its line ends': ['-d', '@F', 'U/'],
  '--data-binary of a file': ['--data-binary', '@F', '-H', 'Content-Type: application/octet-stream', 'U/'],
  'several files and texts': ['-d', 'x=1', '--data-binary', '@F', '-d', 'y=2', 'U/'],
  '--data-raw with characters of JavaScript and Python': ['--data-raw', "@${'`\\u0041`'}\t\"\"\"'''\r\n", 'U/'],
  '--json': ['--json', '{"a": "it\'s"}', 'U/'],
  '-X': ['-X', 'PATCH', '-d', 'a=1', 'U/'],
  '-X of a method that is not known': ['-X', 'PROPFIND', '-H', 'Depth: 1', 'U/'],
  '-I': ['-I', 'U/'],
  '-T': ['-T', 'F', 'U/put'],
  '-F': ['-F', 'a=1', '-F', 'file=@F', '-F', 'named=@F;filename=b.txt;type=text/x-mine', '-F', 'text=<T', 'U/'],
  '-F with names that need quotes': ['-F', 'a=ü', '-F', 'file=@F;filename=n.bin', 'U/'],
  '-L': ['-L', 'U/redirect'],
  'no -L': ['U/redirect'],
  'a limit of time': ['-m', '30', 'U/'],
  '--compressed': ['--compressed', 'U/'],
  '-f and -sS': ['-fsS', 'U/'],
  '-o': ['-o', 'OUT', 'U/'],
  'several URLs and --next': ['U/one', 'U/two', '--next', '-d', 'x=1', 'U/three', '--next', 'U/{four,five}'],
}

/** What a server has seen of a request, without what each client decides by itself. */
interface Seen {
  method: string
  url: string
  headers: Record<string, string>
  body: string
}

// fetch adds two headers to a request with a condition
const OWN =
  /^(?:accept-encoding|connection|host|sec-fetch-mode|transfer-encoding|content-length|expect|cache-control|pragma)$/

async function seen(request: IncomingMessage): Promise<Seen> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const headers = Object.fromEntries(
    Object.entries(request.headers)
      .map(([name, value]): [string, string] => [name, String(value)])
      .filter(([name, value]) => !OWN.test(name) && !(name === 'accept-language' && value === '*'))
      .filter(([name, value]) => !(name === 'user-agent' && /^(?:curl|node|python-requests)\b/.test(value))),
  )
  let body = Buffer.concat(chunks).toString('latin1')
  const boundary = /boundary=(.*)$/.exec(headers['content-type'] ?? '')?.[1]
  if (boundary) {
    headers['content-type'] = headers['content-type']!.replace(boundary, 'B')
    body = body.replaceAll(boundary, 'B').replace(/\r\n$/, '')
  }
  return { method: request.method!, url: request.url!, headers, body }
}

const log = new Map<string, Seen[]>()
let server: Listening
const folder = scratch()
const [binary, text] = [join(folder, 'two lines.bin'), join(folder, 'text.txt')]
const names = Object.keys(LINES)

/** The arguments of a case, for a client whose requests are logged as `who`. */
function argumentsOf(name: string, who: string): string[] {
  const base = `${server.url.replace(/\/$/, '')}/${who}/${names.indexOf(name)}`
  return LINES[name]!.map((argument) =>
    argument
      .replace(/\bU(?=\/)/, base)
      .replace(/\bBARE(?=\/)/, base.replace('http://', ''))
      .replace(/@HOST(?=\/)/, `@${base.replace('http://', '')}`)
      .replace(/(?<=^|@|<)F(?=$|;)/, binary)
      .replace(/^text=<T$/, `text=<${text}`)
      .replace(/^OUT$/, join(folder, `out-${who}`)),
  )
}
const requestsBy = (who: string, name: string): Seen[] =>
  (log.get(`${who}/${names.indexOf(name)}`) ?? []).map((each) => ({ ...each, url: each.url.replace(`/${who}/`, '/') }))

/** Whether requests is there. Otherwise its programs are only compiled. */
const hasRequests = await promisify(execFile)('python3', ['-c', 'import requests']).then(
  () => true,
  () => false,
)

beforeAll(async () => {
  table = await readTable()
  writeFileSync(binary, Buffer.from('one \xff\r\ntwo\n', 'latin1'))
  writeFileSync(text, 'ä text')
  server = await httpServer(async (request, response) => {
    const [, who, number] = request.url!.split('/')
    const key = `${who}/${number}`
    log.set(key, [...(log.get(key) ?? []), await seen(request)])
    if (request.url!.endsWith('/redirect')) return void response.writeHead(302, { location: './there' }).end()
    response.end('ok\n')
  })
})
afterAll(() => server?.close())

/** Makes the programs of all cases, and returns their paths. */
async function programs(who: string, write: (requests: Requests) => string, ending: string): Promise<string[]> {
  const made = join(folder, who)
  mkdirSync(made)
  const paths = []
  for (const name of names) {
    const path = join(made, `${names.indexOf(name)}${ending}`)
    writeFileSync(path, write(await requestsIn(argumentsOf(name, who))))
    paths.push(path)
  }
  return paths
}

describe('programs', () => {
  beforeAll(async () => {
    const nowhere = (): WritableStream => new WritableStream()
    for (const name of names)
      await runTool(['-q', '-sS', ...argumentsOf(name, 'curl')], {
        ...{ stdin: new Blob([]).stream(), stdout: nowhere(), stderr: nowhere(), env: {} },
      })
    const scripts = await programs('fetch', writeFetch, '.mjs')
    const all = scripts.map((path) => `await import(${JSON.stringify(path)})`).join('\n')
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', all])
    const python = await programs('python', writePython, '.py')
    const run = hasRequests
      ? 'import runpy, sys\nfor path in sys.argv[1:]: runpy.run_path(path)'
      : 'import ast, sys\nfor path in sys.argv[1:]: ast.parse(open(path).read())'
    await promisify(execFile)('python3', ['-c', run, ...python], { env: { ...process.env, NO_PROXY: '*' } })
  }, 120_000)

  it.each(names)('fetch: %s', (name) => {
    const expected = requestsBy('curl', name)
    expect(expected.length).toBeGreaterThan(0)
    expect(requestsBy('fetch', name)).toEqual(expected)
  })

  // without the package, the programs were compiled
  it.runIf(hasRequests).each(names)('requests: %s', (name) => {
    expect(requestsBy('python', name)).toEqual(requestsBy('curl', name))
  })

  it('write the body to a file', () => {
    for (const who of ['fetch', ...(hasRequests ? ['python'] : [])])
      expect(readFileSync(join(folder, `out-${who}`), 'utf8')).toBe('ok\n')
  })
})

describe('what a program does not do', () => {
  const comments = (text: string): string =>
    text
      .split('\n')
      .filter((line) => /^(?:\/\/|#) /.test(line))
      .join('\n')

  it('is in its comments', async () => {
    const line = [
      ...[
        '-k',
        '--resolve',
        'h.example:443:127.0.0.1',
        '-x',
        'http://me:pw@proxy.example:3128',
        '-E',
        'c.pem',
        '--key',
        'k.pem',
      ],
      ...[
        '--cacert',
        'ca.pem',
        '--digest',
        '-u',
        'a:b',
        '--http2',
        '--retry',
        '3',
        '--connect-timeout',
        '2',
        '-m',
        '5',
      ],
      ...['-H', 'Content-Length: 5', '--limit-rate', '10k', 'https://h.example/'],
    ]
    const requests = await requestsIn(line)
    const fetched = comments(writeFetch(requests))
    for (const flag of [
      ...[
        '--resolve',
        '--insecure',
        '--proxy http://proxy.example:3128',
        '--cert c.pem',
        '--cacert ca.pem',
        '--digest',
      ],
      ...['--http2', '--retry 3', '--connect-timeout 2', "-H 'Content-Length: 5'", '--limit-rate'],
    ])
      expect(fetched).toContain(`left out: ${flag}`)
    expect(fetched).not.toContain('pw')
    const python = writePython(requests)
    for (const code of [
      "cert=('c.pem', 'k.pem')",
      'verify=False',
      "proxies={\n        'http': 'http://me:pw@proxy.example:3128',",
      "auth=HTTPDigestAuth('a', 'b')",
      'timeout=(2, 5)',
    ])
      expect(python).toContain(code)
    for (const flag of ['--resolve', '--http2', '--retry 3', '--limit-rate', "-H 'Content-Length: 5'"])
      expect(comments(python)).toContain(`left out: ${flag}`)
  })

  it('is other protocols than HTTP', async () => {
    const { requests, notes } = await requestsIn(['ftp://h.example/', 'ftp.h.example', 'ws://h.example/', 'h.example'])
    expect(requests.map(({ url }) => url)).toEqual(['http://h.example'])
    expect(notes).toHaveLength(3)
    expect(comments(writeFetch({ requests, notes }))).toContain('left out: ftp://h.example/, because it is not HTTP')
  })

  it('is methods and bodies that fetch refuses', async () => {
    expect(comments(writeFetch(await requestsIn(['-X', 'GET', '-d', 'a=1', 'h.example'])))).toContain(
      'left out: the body',
    )
    expect(comments(writeFetch(await requestsIn(['-X', 'post', '-d', 'a=1', 'h.example'])))).toContain('small letters')
    const traced = await requestsIn(['-X', 'TRACE', 'h.example'])
    expect(() => writeFetch(traced)).toThrow(/TRACE/)
    expect(writePython(traced)).toContain("requests.request('TRACE', 'http://h.example'")
  })

  it('gives standard input to the program, or what a redirection gives', async () => {
    const line = ['-d', '@-', 'h.example']
    expect(writeFetch(await requestsIn(line))).toContain('body: (stdin).filter(')
    expect(writePython(await requestsIn(line))).toContain('data=stdin.translate(')
    expect(writeFetch(await requestsIn(line, [{ fd: 0, text: 'a=1\n' }]))).toContain("body: 'a=1'")
    expect(writePython(await requestsIn(line, [{ fd: 0, file: 'x.txt' }]))).toContain("data=open('x.txt', 'rb').read()")
  })

  it('cannot be reached by what a value has in it', async () => {
    const evil = 'x: \'\u2028\u202e`${evil}` */ \\ """ # //'
    const requests = await requestsIn([
      ...['-H', evil, '-F', `a=${evil}`, '-F', `b=x;type=text/plain\u2028evil`, '--retry', '3', '-w', '\n*/ evil()'],
      ...['-H', 'bad\u2028name: x', 'https://h.example/'],
    ])
    for (const write of [writeFetch, writePython]) {
      const program = write(requests)
      expect(program).not.toMatch(/[\u2028\u202e]/)
      expect(program).not.toMatch(/^ *evil\(\)/m)
    }
  })

  /** Options about curl's output, or about where options come from. */
  const SHOWS = `disable globoff libcurl no-buffer no-progress-meter output-dir progress-bar show-error silent
    styled-output suppress-connect-headers`
  /** What curl or the programs do anyway. */
  const USUAL = 'basic compressed http1.1 proxy-basic tcp-nodelay tlsv1.2'
  /** Options of other protocols, or of features that are not in this build. */
  const OTHERS = `compressed-ssh disable-eprt disable-epsv ftp-account ftp-alternative-to-user ftp-pasv ftp-port ftp-pret
    ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-ccc-mode hostpubsha256 ipfs-gateway knownhosts pubkey socks5-gssapi-service`
  /** Options that only have an effect with others: --user, --cert, and a --proxy that a program has. */
  const ALONE = 'digest key noproxy'
  const silent = new Set([SHOWS, USUAL, OTHERS, ALONE].join(' ').split(/\s+/))

  it('is every option of curl that is not in the program', async () => {
    const bases = [['http://h.example/'], ['-L', 'https://h.example/', '-x', 'https://proxy.example', '-d', 'x=y']]
    const said = async (argv: string[]): Promise<string[]> => {
      try {
        const files = new MemoryFileSystem({ '/in.txt': 'x: y\n', '/config.txt': 'request = X\n' })
        const requests = requestsOf(await recordLine(['-q', ...argv], { files, cwd: '/', env: {} }), [], table)
        return [writeFetch(requests), writePython(requests)]
      } catch (error) {
        return [`refused: ${(error as Error).message}`, `refused: ${(error as Error).message}`]
      }
    }
    const plain = await Promise.all(bases.map(said))
    const unsaid: string[] = []
    for (const option of table.all) {
      const own = withValue(option)
      let told = false
      for (let i = bases.length - 1; i >= 0 && !told; i--) {
        const texts = await said([...own, ...bases[i]!])
        told = texts.every((text, which) => text !== plain[i]![which])
      }
      if (told === silent.has(option.long)) unsaid.push(`${option.long}${told ? ' is said' : ''}`)
    }
    expect(unsaid).toEqual([])
  }, 120_000)
})
