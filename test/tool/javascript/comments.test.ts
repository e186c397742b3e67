// toJavaScript: the comments in its programs. Every option of curl is either used, or a comment says that it is left
// out.
import { describe, expect, it } from 'vitest'
import { MemoryFileSystem, toJavaScript } from 'libcurl-wasm/tool'
import { readTable } from '../../playground/command/table.js'
import { withValue } from './option-values.js'

describe('comments', () => {
  const text = (...argv: string[]): Promise<string> =>
    toJavaScript(argv, { env: {}, files: new MemoryFileSystem({ '/in.txt': 'x' }), cwd: '/' })

  it('options of only the tool, and options that are not in this build', async () => {
    const program = await text('http://h.example/', '--retry', '3', '-w', '%{http_code}\n', '-D', 'heads.txt', '-v')
    expect(program).toContain(
      `// left out, because the curl tool itself does it, not libcurl: --retry 3 --write-out '%{http_code}\\n' --dump-header heads.txt --verbose\n`,
    )
  })

  it('also options in a configuration file', async () => {
    const files = new MemoryFileSystem({
      '/c': '# mine\nretry = 3\n-v\nwrite-out "%{url}"\nheader: "X: 1"\n',
      '/.curlrc': '--xattr\n',
    })
    const program = await toJavaScript(['-K', 'c', 'http://h.example/'], { env: { HOME: '/' }, files, cwd: '/' })
    expect(program).toMatch(/^\/\/ left out, .*--retry 3 --verbose --write-out '%\{url\}'/m)
    expect(program).toMatch(/^\/\/ left out, .*--xattr/m)
    expect(program).toContain("headers: { X: '1' }")
  })

  it('options that do not fit together', async () => {
    const many = await text('http://h.example/[1-1000000]')
    expect(many.match(/await fetch/g)).toHaveLength(20)
    expect(many).toContain('// only the first 20 transfers are here: curl does more\n')
    expect(await text('http://h.example/', '-H', '@-')).toMatch(
      /^\/\/ left out: HTTPHEADER, because only a part of a file or of standard input/m,
    )
    expect(await text('http://h.example/', '-u', 'who')).toMatch(
      /^\/\/ left out: USERPWD, because only a part of a file or of standard input/m,
    )
  })

  it('warnings of curl', async () => {
    expect(await text('http://h.example/', '-O')).toMatch(/^\/\/ curl says: Warning: No remote filename/m)
  })

  it('why curl refuses a line', async () => {
    await expect(text('--nonsense')).rejects.toThrow('curl: option --nonsense: is unknown')
    await expect(text('http://h.example/', '-H')).rejects.toThrow(/requires parameter/)
    for (const argv of [
      ['-H', '@missing'],
      ['-K', 'missing'],
      ['-G', '-d', '@missing'],
      ['--variable', 'x@missing'],
    ])
      await expect(text('http://h.example/', ...argv)).rejects.toThrow('missing')
    await expect(text('-K', '-')).rejects.toThrow(/^-K - reads options from standard input: .*'stdin'$/)
    await expect(text()).rejects.toThrow(/no URL|curl --help|curl does no transfer/)
    await expect(toJavaScript('curl' as never)).rejects.toThrow(TypeError)
  })

  it('text cannot leave a string', async () => {
    const evil = "x: '\u2028\u202e`${evil}` */ \\"
    const program = await text('http://h.example/', '-H', evil, '-F', `a=${evil}`, '-w', '\n*/ evil()')
    expect(program).not.toMatch(/[\u2028\u202e]/)
    const statements = program.split('\n').filter((line) => !line.startsWith('//'))
    expect(statements.join('\n')).not.toMatch(/^ *evil\(\)/m)
    expect(statements.join('\n')).toContain('"x: \'\\u2028\\u202e`${evil}` */ \\\\"')
  })

  it('text cannot leave a comment', async () => {
    const name = 'x*/ evil() \u2028 evil() !'
    const files = new MemoryFileSystem({ [`/${name}`]: 'x' })
    const options = { files, cwd: '/', env: {}, relay: 'wss://relay.example/' }
    for (const argv of [
      ['-T', name],
      ['-F', `f=@"${name}"`],
      ['-T', name, '-H', 'X;', '-H', 'X;'],
      ['-o', name],
      ['--retry', '1', '-w', name],
    ]) {
      const program = await toJavaScript([...argv, 'https://h.example/'], options)
      expect(program).toContain('evil()')
      const code = program.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\/.*|\/\*[^]*?\*\//g, '')
      expect(code).not.toContain('evil')
    }
  })
})

describe('every option of curl', () => {
  /** Options about curl's output, or about where options come from. */
  const SHOWS = `buffer disable globoff keepalive libcurl no-buffer no-progress-meter output-dir progress-bar show-error silent
    styled-output`
  /** Options that are libcurl's defaults. */
  const DEFAULTS = 'basic ftp-pasv ftp-skip-pasv-ip proxy-basic tcp-nodelay tlsv1.2'
  /** Options of features that are not in this build. curl ignores them. */
  const ABSENT = 'compressed-ssh hostpubsha256 knownhosts pubkey socks5-gssapi-service'
  /** Options that change the URL: of ipfs:// to http://, and by adding data. */
  const ELSEWHERE = 'ipfs-gateway get'
  const silent = new Set([SHOWS, DEFAULTS, ABSENT, ELSEWHERE].join(' ').split(/\s+/))
  const BASES = [
    ['http://h.example/'],
    ['ftp://h.example/', '-x', 'https://proxy.example'],
    ['-L', 'https://h.example/', '-x', 'https://proxy.example'],
    ['ftp://h.example/', '-Q', 'x', '--ssl-reqd'],
  ]

  const said = async (argv: string[]): Promise<string> => {
    const files = new MemoryFileSystem({ '/in.txt': 'x: y\n', '/config.txt': 'request = X\n' })
    return toJavaScript(argv, { files, cwd: '/', env: {} }).catch((error: Error) => `refused: ${error.message}`)
  }

  it('is in the program, is left out with a comment, or does not affect the transfer', async () => {
    const bases = await Promise.all(BASES.map(said))
    const unsaid: string[] = []
    for (const option of (await readTable()).all) {
      const own = withValue(option)
      let told = false
      for (let i = 0; i < BASES.length && !told; i++) told = (await said([...own, ...BASES[i]!])) !== bases[i]
      if (told === silent.has(option.long)) unsaid.push(`${option.long}${told ? ' is said' : ''}`)
    }
    expect(unsaid).toEqual([])
  }, 180_000)
})
