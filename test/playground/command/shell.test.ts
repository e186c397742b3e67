// Command lines as people have them, from a terminal, a README or a chat: what is understood, and what is refused and
// how.
import { describe, expect, test } from 'vitest'
import { parse, ShellError, type Dialect, type Redirect } from '../../../playground/src/command/shell.js'

const BUILTINS = ['help', 'clear', 'ls', 'cat', 'rm', 'open']

/** The arguments of the one command of a line. */
function argv(text: string, dialect?: Dialect): string[] {
  const { commands } = parse(text, { dialect, builtins: BUILTINS })
  expect(commands).toHaveLength(1)
  expect(commands[0]!.name).toBe('curl')
  return commands[0]!.argv
}

function error(text: string, dialect?: Dialect): ShellError {
  try {
    parse(text, { dialect, builtins: BUILTINS })
  } catch (error) {
    expect(error).toBeInstanceOf(ShellError)
    return error as ShellError
  }
  throw new Error(`${text} was understood`)
}

describe('the text before a command', () => {
  test.each([
    'curl -s https://example.org/',
    '  curl   -s\thttps://example.org/  ',
    '$ curl -s https://example.org/',
    '> curl -s https://example.org/',
    '% curl -s https://example.org/',
    '❯ curl -s https://example.org/',
    'user@host:~/src$ curl -s https://example.org/',
    'root@0c1f2a:/# curl -s https://example.org/',
    '[user@host dir]$ curl -s https://example.org/',
    '/usr/bin/curl -s https://example.org/',
    './bin/curl -s https://example.org/',
    'curl.exe -s https://example.org/',
    'CURL.EXE -s https://example.org/',
    'Curl -s https://example.org/',
    'npx curl-wasm -s https://example.org/',
    'npx --yes curl-wasm -s https://example.org/',
    'curl-wasm -s https://example.org/',
    "'curl' -s https://example.org/",
    '# fetch it\ncurl -s https://example.org/ # now',
    'C:\\Users\\me>curl -s https://example.org/',
    'C:\\Users\\me>"C:\\Windows\\System32\\curl.exe" -s https://example.org/',
    'PS C:\\Users\\me> curl.exe -s https://example.org/',
    'curl\u00a0-s https://example.org/',
  ])('%s', (text) => {
    expect(argv(text)).toEqual(['-s', 'https://example.org/'])
  })

  test('an environment', () => {
    const text = `$ NO_PROXY= https_proxy="http://localhost:3128" __proto__=x curl example.org`
    const { env, argv } = parse(text).commands[0]!
    expect(Object.entries(env)).toEqual([
      ['NO_PROXY', ''],
      ['https_proxy', 'http://localhost:3128'],
      ['__proto__', 'x'],
    ])
    expect(argv).toEqual(['example.org'])
  })
})

describe('several lines', () => {
  test('continue with a backslash, also in a transcript, and with blanks behind it', () => {
    const expected = ['https://example.org/', '-H', 'a: b', '-d', 'x']
    expect(argv("curl https://example.org/ \\\n  -H 'a: b' \\\n  -d x")).toEqual(expected)
    expect(argv("curl https://example.org/ \\\r\n  -H 'a: b' \\\r\n  -d x\r\n")).toEqual(expected)
    expect(argv("curl https://example.org/ \\  \n  -H 'a: b' \\\t\n  -d x \\\n")).toEqual(expected)
    expect(argv("$ curl https://example.org/ \\\n> -H 'a: b' \\\n> -d x")).toEqual(expected)
    expect(argv("curl https://example.org/ \\\n> -H 'a: b' \\\n> -d x")).toEqual(expected)
    expect(argv('curl https://example.org/ ^\n  -H "a: b" ^\n  -d x')).toEqual(expected)
    expect(argv('C:\\>curl https://example.org/ ^\nMore? -H "a: b" ^\nMore? -d x')).toEqual(expected)
    expect(argv('curl.exe https://example.org/ `\n  -H "a: b" `\n  -d x')).toEqual(expected)
  })

  test('may end with a continuation sign', () => {
    const expected = ['-s', 'https://example.org/']
    for (const [sign, dialect] of [
      ['\\', 'posix'],
      ['`', 'powershell'],
      ['^', 'cmd'],
    ] as const) {
      expect(argv(`curl -s https://example.org/ ${sign}`)).toEqual(expected)
      expect(argv(`curl -s https://example.org/${sign}`, dialect)).toEqual(expected)
      expect(argv(`curl.exe -s ${sign}\n  https://example.org/ ${sign}`)).toEqual(expected)
      expect(argv(`curl -s 'https://example.org/' ${sign}`, dialect).length).toBe(2)
    }
    expect(argv('curl a\\ ')).toEqual(['a '])
  })

  test('and several commands run one after another', () => {
    const text = `# two\n$ curl a; curl b && curl c ||\n  curl d\n\n$ curl e ;\ncat x`
    const { commands } = parse(text, { builtins: BUILTINS })
    expect(commands.map(({ name, argv, when }) => [name, argv[0], when])).toEqual([
      ['curl', 'a', 'always'],
      ['curl', 'b', 'always'],
      ['curl', 'c', 'success'],
      ['curl', 'd', 'failure'],
      ['curl', 'e', 'always'],
      ['cat', 'x', 'always'],
    ])
  })

  test('each has its place in the text', () => {
    const text = '  curl a ; ls\nA=1 curl "b c"'
    const { commands } = parse(text, { builtins: BUILTINS })
    expect(commands.map(({ at, end }) => text.slice(at, end))).toEqual(['curl a', 'ls', 'A=1 curl "b c"'])
  })

  test('an empty text has no commands', () => {
    for (const text of ['', ' \n\t\n', '# curl a', '#']) expect(parse(text).commands).toEqual([])
  })
})

describe('redirections', () => {
  const redirects = (text: string): Redirect[] => parse(text, { builtins: BUILTINS }).commands[0]!.redirects

  test('go to files and come from them', () => {
    expect(redirects('curl a > out.html')).toEqual([{ fd: 1, file: 'out.html', append: false }])
    expect(redirects(`curl a>>'o u t' 2>err`)).toEqual([
      { fd: 1, file: 'o u t', append: true },
      { fd: 2, file: 'err', append: false },
    ])
    expect(redirects('curl -T - a < in')).toEqual([{ fd: 0, file: 'in' }])
  })

  test('of both streams', () => {
    expect(redirects('curl -v a > all 2>&1')).toEqual([
      { fd: 1, file: 'all', append: false },
      { fd: 2, to: 1 },
    ])
    expect(redirects('curl -v a &>> all')).toEqual([
      { fd: 1, file: 'all', append: true },
      { fd: 2, to: 1 },
    ])
    expect(redirects('curl -sS a >&2')).toEqual([{ fd: 1, to: 2 }])
  })

  test('a digit belongs to a redirection only if it is right before it', () => {
    expect(parse('curl a 2 > b').commands[0]).toMatchObject({ argv: ['a', '2'], redirects: [{ fd: 1, file: 'b' }] })
    expect(parse('curl a2> b').commands[0]).toMatchObject({ argv: ['a2'], redirects: [{ fd: 1, file: 'b' }] })
    expect(parse('curl "2"> b').commands[0]).toMatchObject({ argv: ['2'], redirects: [{ fd: 1, file: 'b' }] })
    expect(parse('curl "a b" 2>nul >out', { dialect: 'cmd' }).commands[0]).toMatchObject({
      argv: ['a b'],
      redirects: [
        { fd: 2, file: '/dev/null' },
        { fd: 1, file: 'out' },
      ],
    })
    expect(parse('curl.exe a 2>$null', { dialect: 'powershell' }).commands[0]).toMatchObject({
      argv: ['a'],
      redirects: [{ fd: 2, file: '/dev/null' }],
    })
  })

  test('a here-document is the standard input', () => {
    const { commands } = parse(`curl -d @- https://example.org/ <<'EOF' ; curl b
{"price": "$5"}
EOF
curl c`)
    expect(commands).toMatchObject([
      { argv: ['-d', '@-', 'https://example.org/'], redirects: [{ fd: 0, text: '{"price": "$5"}\n' }] },
      { argv: ['b'], redirects: [] },
      { argv: ['c'], redirects: [] },
    ])
  })

  test('a here-document may end with an empty line, which a paste has lost', () => {
    for (const delimiter of ["''", '""']) {
      const text = `curl -d @- https://example.org/ <<${delimiter}\n{"a": "$b"}\n 2`
      for (const end of ['\n\ncurl c', '\n\n', '\n', ''])
        expect(parse(text + end).commands[0]!.redirects).toEqual([{ fd: 0, text: '{"a": "$b"}\n 2\n' }])
      expect(parse(`${text}\n\ncurl c`).commands[1]).toMatchObject({ argv: ['c'] })
    }
    expect(error('curl -d @- a <<').message).toContain('<< needs a word')
    expect(error("curl -d @- a <<''").message).toContain('the empty line that ends this is missing')
  })
})

describe('cmd.exe', () => {
  test.each([
    ['curl "https://example.org/?a=1&b=2"', ['https://example.org/?a=1&b=2']],
    ['curl https://example.org/?a=1^&b=2', ['https://example.org/?a=1&b=2']],
    ['curl -d "{\\"a\\": \\"b c\\"}" x', ['-d', '{"a": "b c"}', 'x']],
    ['curl -d "{""a"": 1}" x', ['-d', '{"a": 1}', 'x']],
    ['curl -o "C:\\dir\\file" "C:\\dir\\\\" x', ['-o', 'C:\\dir\\file', 'C:\\dir\\', 'x']],
    ["curl 'a b' x", ["'a", "b'", 'x']],
    ['curl "" x', ['', 'x']],
    ['curl -w "%%{http_code}\\n" x', ['-w', '%{http_code}\\n', 'x']],
    ['curl -w "%{http_code} %{time_total}" x', ['-w', '%{http_code} %{time_total}', 'x']],
    ['curl "https://example.org/?q=%E4%B8%AD%20b%20c"', ['https://example.org/?q=%E4%B8%AD%20b%20c']],
    ['curl "a^b" c^^d', ['a^b', 'c^d']],
    // Chrome of 2021 puts carets inside of quotes
    ['curl "https://example.org/?a=1^&b=2" -H "x: {"', ['https://example.org/?a=1^&b=2', '-H', 'x: {']],
    ['curl "https://example.org/?a=1^&b=2" -H "x: ^{^}"', ['https://example.org/?a=1&b=2', '-H', 'x: {}']],
    ['curl "https://example.org/?a=1^&b=^%^20" ^\n -H "a: b"', ['https://example.org/?a=1&b=%20', '-H', 'a: b']],
    ['curl $x `y` ;z (a)', ['$x', '`y`', ';z', '(a)']],
  ])('%s', (text, expected) => {
    expect(argv(text, 'cmd')).toEqual(expected)
  })

  test('it is detected', () => {
    const cmd = [
      'curl "https://example.org/?a=1^&b=2"',
      'curl ^"a^"',
      'curl a ^\n b',
      'curl -H "a: ""b"""',
      'curl "a"%"b"',
      'curl.exe -d "{\\"a\\": 1}" x',
    ]
    const posix = [
      'curl "a" ""',
      `curl -d '{"a":""}' x`,
      'curl -H "X;" -d "" x',
      'curl a^b',
      `curl -d '^"' x`,
      'curl "a b"',
    ]
    for (const text of cmd) expect([text, parse(text).dialect]).toEqual([text, 'cmd'])
    for (const text of posix) expect([text, parse(text).dialect]).toEqual([text, 'posix'])
  })
})

test('PowerShell has quotes of its own', () => {
  // on one line, it is detected by a quote that cmd.exe does not have
  for (const prompt of ['', 'PS C:\\> '])
    expect(argv(`${prompt}curl.exe 'https://example.org/?a=1&b=2' -d 'it''s' -d '{\\"a\\":1}' -o C:\\x\\y`)).toEqual([
      ...['https://example.org/?a=1&b=2', '-d', "it's", '-d', '{"a":1}', '-o', 'C:\\x\\y'],
    ])
  expect(argv(`curl.exe -d 'it'\\''s' 'x'`)).toEqual(['-d', "it's", 'x'])
  expect(argv(`curl.exe 'x' -d "{\\"a\\": 1}"`)).toEqual(['x', '-d', '{"a": 1}'])
  const text = `curl.exe -d 'it''s' "a\`"b\`n" c\`d 'x\\"y' \`\n e`
  expect(argv(text)).toEqual(['-d', "it's", 'a"b\n', 'cd', 'x"y', 'e'])
  expect(error('curl.exe `\n $url').message).toContain('variables of PowerShell')
  expect(error('curl.exe a `\n | more').message).toContain('pipes do not work')
})

describe('errors say what is wrong and where', () => {
  test.each([
    ['curl a | jq .', 7, '| jq .', 'pipes do not work here: write to a file with > or -o'],
    ['curl a |& less', 7, '|& less', 'pipes do not work'],
    ['curl https://example.org/?a=1&b=2', 29, '&b=2', 'a URL with & needs quotes'],
    ['curl a &', 7, '&', 'background'],
    ['curl -H "Authorization: Bearer $TOKEN" a', 31, '$TOKEN" a', '$TOKEN is a variable of your shell'],
    ['curl ${URL}/x', 5, '${URL}/x', '${URL} is a variable'],
    ['curl -d $1 a', 8, '$1 a', '$1 is a variable'],
    ['curl "a $? b"', 8, '$? b"', 'variable'],
    ['curl $(cat url)', 5, '$(cat url)', '$(...) are not run'],
    ['curl "$((1+1))"', 6, '$((1+1))"', 'sums'],
    ['curl `cat url`', 5, '`cat url`', '`...` are not run'],
    ['curl <(cat a)', 5, '<(cat a)', 'needs a file'],
    ['(curl a)', 0, '(curl a)', 'parentheses'],
    ['curl -o ~/x a', 8, '~/x a', 'whole path'],
    ['curl -d {"a":1,"b":2} x', 8, '{"a":1,"b":2} x', 'braces'],
    ['curl -d \'{"a": 1} x', 8, '\'{"a": 1} x', "this ' is not closed"],
    ['curl "a b', 5, '"a b', 'this " is not closed'],
    ["curl $'a\\'", 5, "$'a\\'", "this $' is not closed"],
    ["curl $'a\\0b'", 5, "$'a\\0b'", 'NUL'],
    ['curl -H “a: b”', 8, '“a: b”', 'typographic quote'],
    [
      'wget https://example.org/',
      0,
      'wget https://example.org/',
      'unknown command: here are only curl and help, clear',
    ],
    ['sudo curl a', 0, 'sudo curl a', 'unknown command'],
    ['https://example.org/', 0, 'https://example.org/', 'this is a URL: write curl before it'],
    ["curl a\n  -H 'a: b'", 9, "-H 'a: b'", 'does the line before end with \\ ?'],
    ['A=1', 0, 'A=1', 'no command after this'],
    ['curl a >', 7, '>', 'needs a file'],
    ['curl a > > b', 7, '> > b', 'needs a file'],
    ['curl a 3> b', 7, '3> b', 'only 1 and 2'],
    ['curl a <<EOF\nb', 7, '<<EOF', 'the line EOF that ends this is missing'],
    ['&& curl a', 0, '&& curl a', 'no command before'],
    ['curl a &&', 7, '&&', 'no command after'],
    ['curl a ;; curl b', 7, ';; curl b', 'does not work'],
    ["''", 0, "''", 'empty'],
  ])('%s', (text, at, near, message) => {
    const thrown = error(text, 'posix')
    expect(thrown).toMatchObject({ at, near })
    expect(thrown.message).toContain(message)
  })

  test.each([
    ['curl %APPDATA%', 5, 'variable'],
    ['curl "%DATE%"', 6, 'variable'],
    ['curl "a b', 5, 'not closed'],
    ['curl "a\nb"', 5, 'not closed'],
    ['curl a | more', 7, 'pipes do not work'],
  ])('in cmd.exe: %s', (text, at, message) => {
    const thrown = error(text, 'cmd')
    expect(thrown.at).toBe(at)
    expect(thrown.message).toContain(message)
  })

  test('with the line, and without characters that affect a terminal', () => {
    const thrown = error('curl a\ncurl \x1b]0;x\x07\u202e| more', 'posix')
    expect(thrown.message).toMatch(/\(line 2, column 13: \| more\)$/)
    expect(error('x\x1b[2J\u202e').message).toMatch(/\(column 1: x\\u001b\[2J\\u202e\)$/)
    expect(error('x'.repeat(100)).near).toBe(`${'x'.repeat(40)}…`)
  })

  test('but harmless text that looks like them is an argument', () => {
    const text = `curl "a $ b$" '$X' \\$X a$ $'!' "a\\!" https://x/~me/#x? [1-3] {1} https://x/{a,b} {{v}} =~`
    expect(argv(text)).toEqual([
      'a $ b$',
      '$X',
      '$X',
      'a$',
      '!',
      'a\\!',
      'https://x/~me/#x?',
      '[1-3]',
      '{1}',
      'https://x/{a,b}',
      '{{v}}',
      '=~',
    ])
  })
})
