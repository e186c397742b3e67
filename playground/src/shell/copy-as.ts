// The C that `curl --libcurl` writes, as JavaScript for this package's API. It knows that program's few kinds of lines, and
// throws away what the tool sets for itself; every line of it becomes one of ours, or is left out on purpose.

interface Part {
  [field: string]: string | Part[] | undefined
}

/** What one transfer is made of: calls of setopt, with the value as it is written in JavaScript. */
interface Handle {
  options: [name: string, value: string][]
  /** What curl has said that it cannot write. */
  notes: string[]
}

/** As the tool sets them by itself; the defaults of the API do as well. */
const OWN: Readonly<Record<string, RegExp>> = {
  ...{
    BUFFERSIZE: /./,
    NOPROGRESS: /^1$/,
    TCP_KEEPALIVE: /^1$/,
    MAXREDIRS: /^50$/,
    SSLVERSION: /^CURL_SSLVERSION_TLSv1_2$/,
  },
  ...{ POSTFIELDSIZE_LARGE: /./, VERBOSE: /./, FTP_SKIP_PASV_IP: /^1$/ },
}
/** Where --libcurl stops within a string. */
const CUT = 2000

const SETOPT = /^\s*curl_easy_setopt\(curl, CURLOPT_(\w+), ([^]*)\);$/
const APPEND = /^\s*(slist\d+) = curl_slist_append\(slist\d+, ([^]*)\);$/
const ADD_PART = /^\s*(part\d+) = curl_mime_addpart\((mime\d+)\);$/
const MIME = /^\s*curl_mime_(\w+)\((part\d+), ([^]*)\);$/
const STRING = /^"((?:[^"\\]|\\[^])*)"/

export interface CodeOptions {
  /** The URL of the relay, for a page; without it the program is for Node. */
  relay?: string
}

/** Translates the program. Throws Error for one that is none of --libcurl. */
export function javascript(source: string, { relay }: CodeOptions = {}): string {
  const handles = read(source)
  if (handles.length === 0) throw new Error('curl has written no program')
  const constants = new Set<string>()
  for (const { options } of handles)
    for (const [, value] of options)
      if (!/^['"[{]/.test(value)) for (const name of value.match(/\bCURL\w+/g) ?? []) constants.add(name)
  const imports = ['Easy', 'Multi', ...(relay ? ['wispTransport'] : []), ...constants]
  const one = handles.length === 1
  const lines = [
    `import init, { ${imports.join(', ')} } from 'libcurl-wasm'`,
    '',
    relay ? `await init({ transport: wispTransport({ url: ${quoted(relay)} }) })` : 'await init()',
    'const multi = new Multi()',
    ...handles.flatMap(({ options, notes }, i) => transfer(options, notes, one ? '' : String(i + 1))),
  ]
  return `${lines.join('\n')}\n`
}

function transfer(options: Handle['options'], notes: string[], number: string): string[] {
  const [easy, body] = [`easy${number}`, `body${number}`]
  const uploads = options.some(([name]) => name === 'UPLOAD') || notes.includes('READFUNCTION')
  const sends = uploads && options.some(([name]) => name === 'UPLOAD')
  return [
    '',
    `const ${easy} = new Easy()`,
    ...options.map(([name, value]) => `${easy}.setopt('${name}', ${value})`),
    ...(sends
      ? [
          `let upload${number} = new Uint8Array(0) // what is to be sent`,
          `${easy}.setopt('READFUNCTION', (size) => {`,
          `  const part = upload${number}.subarray(0, size)`,
          `  upload${number} = upload${number}.subarray(size)`,
          '  return part',
          '})',
        ]
      : []),
    `const ${body} = []`,
    `${easy}.setopt('WRITEFUNCTION', (chunk) => {`,
    `  ${body}.push(chunk.slice())`,
    '  return chunk.length',
    '})',
    `await multi.perform(${easy}) // throws a CurlError if it fails`,
    `console.log(${easy}.getinfo('RESPONSE_CODE'), await new Blob(${body}).text())`,
  ]
}

function read(source: string): Handle[] {
  const handles: Handle[] = []
  const lists = new Map<string, string[]>()
  const mimes = new Map<string, Part[]>()
  const parts = new Map<string, Part>()
  let handle: Handle = { options: [], notes: [] }
  for (const line of source.split('\n')) {
    let match: RegExpExecArray | null
    if ((match = SETOPT.exec(line))) {
      const [, name, written] = match as unknown as [string, string, string]
      const value = valueOf(written, lists, mimes)
      if (!OWN[name]?.test(value)) handle.options.push([name, value])
    } else if ((match = APPEND.exec(line))) {
      lists.set(match[1]!, [...(lists.get(match[1]!) ?? []), stringValue(match[2]!)])
    } else if ((match = ADD_PART.exec(line))) {
      const part: Part = {}
      parts.set(match[1]!, part)
      mimes.set(match[2]!, [...(mimes.get(match[2]!) ?? []), part])
    } else if ((match = MIME.exec(line))) fillPart(parts.get(match[2]!)!, match[1]!, match[3]!, lists, mimes)
    else if ((match = /^\s*CURLOPT_(\w+) was set to/.exec(line))) handle.notes.push(match[1]!)
    else if (/^\s*result = curl_easy_perform\(curl\);$/.test(line)) {
      handles.push(handle)
      handle = { options: [], notes: [] }
    }
  }
  return handles
}

function fillPart(
  part: Part,
  what: string,
  written: string,
  lists: ReadonlyMap<string, string[]>,
  mimes: ReadonlyMap<string, Part[]>,
): void {
  const fields: Readonly<Record<string, string>> = {
    filedata: 'file',
    filename: 'filename',
    name: 'name',
    type: 'type',
  }
  if (what === 'data') part['data'] = stringValue(written)
  else if (what === 'subparts') part['parts'] = mimes.get(written) ?? []
  else if (what === 'encoder') part['encoder'] = stringValue(written)
  else if (what === 'headers') part['headers'] = `[${(lists.get(/^\w+/.exec(written)![0]) ?? []).join(', ')}]`
  else if (fields[what]) part[fields[what]] = stringValue(written)
}

/** A value of C as one of JavaScript. */
function valueOf(written: string, lists: ReadonlyMap<string, string[]>, mimes: ReadonlyMap<string, Part[]>): string {
  if (written.startsWith('"')) return stringValue(written)
  if (/^slist\d+$/.test(written)) return `[${(lists.get(written) ?? []).join(', ')}]`
  if (/^mime\d+$/.test(written)) return partsValue(mimes.get(written) ?? [])
  return written
    .replace(/\((?:long|curl_off_t|unsigned long)\)/g, '')
    .replace(/\b(\d+)[UL]+\b/g, '$1')
    .trim()
}

function partsValue(parts: readonly Part[]): string {
  const written = parts.map((part) => {
    const fields = Object.entries(part).map(([name, value]) =>
      Array.isArray(value) ? `${name}: ${partsValue(value)}` : `${name}: ${value}`,
    )
    return `{ ${fields.join(', ')} }`
  })
  return `[${written.join(', ')}]`
}

const ESCAPES: Readonly<Record<string, number>> = {
  ...{ n: 10, r: 13, t: 9, v: 11, f: 12, b: 8, a: 7, '\\': 92, '"': 34, "'": 39, '?': 63 },
}

/** A string of C, whose escapes are bytes, as one of JavaScript; as bytes where it is not UTF-8. */
function stringValue(written: string): string {
  const content = STRING.exec(written)?.[1]
  if (content === undefined) return written.trim()
  const bytes: number[] = []
  for (const [, hex, octal, letter, plain] of content.matchAll(/\\x([\da-f]{2})|\\([0-7]{1,3})|\\([^])|([^\\]+)/gi)) {
    if (hex) bytes.push(parseInt(hex, 16))
    else if (octal) bytes.push(parseInt(octal, 8))
    else if (letter) bytes.push(ESCAPES[letter] ?? letter.charCodeAt(0))
    else bytes.push(...new TextEncoder().encode(plain))
  }
  const array = Uint8Array.from(bytes)
  const cut = bytes.length > CUT && content.endsWith('...') ? ' /* and more: --libcurl ends here */' : ''
  try {
    return quoted(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(array)) + cut
  } catch {
    return `Uint8Array.of(${bytes.join(', ')})${cut}`
  }
}

/** A literal with the quotes that need the least escaping, and nothing in it that does not show. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replace(/\\"/g, '"')
    .replace(quote === "'" ? /'/g : /"/g, `\\${quote}`)
    .replace(/[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    })
  return quote + escaped + quote
}
