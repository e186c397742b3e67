// Chooses the name of a downloaded file: the one that curl was given, that the server has sent, or that the URL ends
// with, and makes it harmless. The browser takes the name as a suggestion.

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
// separators, characters that Windows forbids, control characters, and those that reorder or hide text
const FORBIDDEN =
  /[\\/:*?"<>|\0-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff\u{e0000}-\u{e0fff}]/gu
const LONGEST = 120

/** Makes a name harmless: without a path, valid on every system, and without invisible characters. */
export function harmless(name: string): string {
  const last =
    name
      .split(/[\\/]/)
      .filter((part) => part.trim() !== '')
      .at(-1) ?? ''
  const clean = last.replace(FORBIDDEN, '_').replace(/^[.\s]+|[.\s]+$/g, '')
  if (clean === '') return 'download'
  const safe = RESERVED.test(clean) ? `_${clean}` : clean
  if (safe.length <= LONGEST) return safe
  const ending = /\.[\w-]{1,12}$/.exec(safe)?.[0] ?? ''
  return safe.slice(0, LONGEST - ending.length) + ending
}

/** The file name of a Content-Disposition header; `filename*` wins (RFC 6266). */
export function dispositionName(value: string | undefined): string | null {
  if (!value) return null
  const extended = /;\s*filename\*\s*=\s*([\w-]+)'[^']*'([^;]+)/i.exec(value)
  if (extended) {
    try {
      return decodeURIComponent(extended[2]!.trim())
    } catch {
      // use the plain one
    }
  }
  const quoted = /;\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(value)
  if (quoted) return quoted[1]!.replace(/\\(.)/g, '$1')
  return /;\s*filename\s*=\s*([^\s;]+)/i.exec(value)?.[1] ?? null
}

/** The files that -o names, in order. */
export function outputsOf(argv: readonly string[]): string[] {
  const names: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!
    if (argument === '-o' || argument === '--output') names.push(argv[++i] ?? '')
    else if (argument.startsWith('--output=')) names.push(argument.slice('--output='.length))
    // after flags that take no value: -so name, -soname
    else if (/^-[sSvLikfgjnqRNJ#]*o/.test(argument)) names.push(argument.replace(/^-[^o]*o/, '') || (argv[++i] ?? ''))
  }
  return names.filter((name) => name !== '' && name !== '-' && !name.startsWith('/dev/'))
}

const ENDINGS: Readonly<Record<string, string>> = {
  'application/json': '.json',
  'text/html': '.html',
  'text/plain': '.txt',
  'text/css': '.css',
  'text/csv': '.csv',
  'application/xml': '.xml',
  'text/xml': '.xml',
  'application/pdf': '.pdf',
  'application/zip': '.zip',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
  'image/webp': '.webp',
  'image/svg+xml': '.svg',
}

export function downloadName(said: {
  argv: readonly string[]
  /** The number of the transfer, from 0. */
  transfer: number
  disposition: string | undefined
  url: string
  type: string
}): string {
  const outputs = outputsOf(said.argv)
  const output = outputs[said.transfer] ?? (outputs.length === 1 ? outputs[0] : undefined)
  const given = output ?? dispositionName(said.disposition)
  if (given) return harmless(given)
  const last = lastOfPath(said.url)
  const ending = ENDINGS[said.type] ?? ''
  if (last === '') return `response${ending || '.bin'}`
  return harmless(/\.[\w-]{1,12}$/.test(last) ? last : last + ending)
}

function lastOfPath(url: string): string {
  if (!URL.canParse(url)) return ''
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

/** Whether a name is that of an HTTP archive. */
export function isArchive(name: string): boolean {
  return /\.har(?:\.json)?$/i.test(name)
}
