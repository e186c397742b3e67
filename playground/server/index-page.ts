// The front page of the sample origin: a list of all endpoints with a line each, as text for curl, as JSON, or as HTML.
import type { Endpoint, Exchange } from './exchange.js'

export interface Row {
  methods: string
  /** What to request: a path, or a whole URL. */
  url: string
  about: string
}

export function rowsOf(endpoints: readonly Endpoint[], more: readonly Row[]): Row[] {
  const row = ({ methods = ['GET'], path, sample = path, about }: Endpoint): Row => ({
    methods: methods === 'any' ? 'any' : methods.join(', '),
    url: sample,
    about,
  })
  return [...endpoints.map(row), ...more]
}

export function showIndex(exchange: Exchange, rows: readonly Row[]): void {
  const accept = exchange.request.headers.accept ?? ''
  const headers = { vary: 'accept' }
  if (accept.includes('text/html')) return exchange.send('text/html; charset=utf-8', page(rows), headers)
  if (accept.includes('json')) return exchange.json(rows, headers)
  const widths = [widest(rows, 'methods'), widest(rows, 'url')] as const
  const line = (row: Row): string => `${row.methods.padEnd(widths[0])}  ${row.url.padEnd(widths[1])}  ${row.about}\n`
  exchange.text(rows.map(line).join(''), headers)
}

function widest(rows: readonly Row[], column: keyof Row): number {
  return Math.max(...rows.map((row) => row[column].length))
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`)

function page(rows: readonly Row[]): string {
  const line = ({ methods, url, about }: Row): string => {
    const what = `<code>${escaped(url)}</code>`
    const linked = methods === 'GET' ? `<a href="${escaped(url)}">${what}</a>` : what
    return `<tr><td>${escaped(methods)}<td>${linked}<td>${escaped(about)}`
  }
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sample origin</title>
<style>
  :root { color-scheme: light dark }
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
  td { padding: .15rem 1.5rem .15rem 0; vertical-align: top }
</style>
<h1>Sample origin</h1>
<p>A server to try curl with. It runs on this machine, and only serves this machine.</p>
<table>
${rows.map(line).join('\n')}
</table>
</html>
`
}
