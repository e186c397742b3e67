// What a body is: from its Content-Type, and from its first bytes where that says nothing.

export interface BodyKind {
  /** As it was sent, without parameters; '' where nothing was. */
  type: string
  /** What TextDecoder is to be told. */
  charset: string
  /** `text` is what nothing better is known of. */
  kind: 'json' | 'markup' | 'text' | 'binary'
  /** A type that a browser shows as a picture, or 'text/html' for pages; null for what it does not show. */
  preview: string | null
}

const PICTURES = /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml|x-icon|vnd\.microsoft\.icon)$/
const SIGNATURES: readonly (readonly [RegExp, string])[] = [
  [/^\x89PNG\r\n\x1a\n/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF[^]{4}WEBP/, 'image/webp'],
  [/^[^]{4}ftypavif/, 'image/avif'],
]
const MARKUP = /[/+](x?html|xml)$|^image\/svg/
const TEXTUAL = /^text\/|[/+](json|xml|x?html|javascript|ecmascript|yaml|x-ndjson|jsonl|x-www-form-urlencoded|css)$/

/** `first` is the beginning of the body: some kB do. */
export function bodyKind(contentType: string | null | undefined, first: Uint8Array): BodyKind {
  const type = (contentType ?? '').split(';')[0]!.trim().toLowerCase()
  const charset = charsetOf(contentType ?? '', first)
  const start = new TextDecoder('latin1').decode(first.subarray(0, 512))
  const sniffed = SIGNATURES.find(([signature]) => signature.test(start))?.[1] ?? null
  const picture = PICTURES.test(type) ? type : sniffed
  if (picture && picture !== 'image/svg+xml') return { type, charset, kind: 'binary', preview: picture }
  if (isBinary(first, charset)) return { type, charset, kind: 'binary', preview: picture }
  if (picture) return { type, charset, kind: 'markup', preview: picture }
  if (/[/+](json|x-ndjson|jsonl)$/.test(type)) return { type, charset, kind: 'json', preview: null }
  const page =
    /^(text\/html|application\/xhtml\+xml)$/.test(type) || (type === '' && /^\s*<(!doctype html|html)/i.test(start))
  if (page) return { type, charset, kind: 'markup', preview: 'text/html' }
  if (MARKUP.test(type) || /^\s*<\?xml/.test(start)) return { type, charset, kind: 'markup', preview: null }
  const unsaid = !TEXTUAL.test(type) || type === 'text/plain'
  if (unsaid && /^\s*[[{]\s*(["[{\]}\d-]|true|false|null)/.test(start))
    return { type, charset, kind: 'json', preview: null }
  return { type, charset, kind: 'text', preview: null }
}

/** A byte order mark wins, then the parameter, then UTF-8. */
function charsetOf(contentType: string, first: Uint8Array): string {
  if (first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf) return 'utf-8'
  if (first[0] === 0xff && first[1] === 0xfe) return 'utf-16le'
  if (first[0] === 0xfe && first[1] === 0xff) return 'utf-16be'
  const said = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1]
  if (!said) return 'utf-8'
  try {
    return new TextDecoder(said).encoding
  } catch {
    return 'utf-8'
  }
}

/** Controls that no text has, or in UTF-8 more than a few bytes that are wrong. */
function isBinary(first: Uint8Array, charset: string): boolean {
  if (first.length === 0 || charset.startsWith('utf-16')) return false
  let controls = 0
  for (const byte of first) {
    if (byte === 0) return true
    if (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 0x1b) controls++
  }
  if (controls > first.length / 20) return true
  if (charset !== 'utf-8') return false
  const wrong = new TextDecoder('utf-8').decode(first).split('\ufffd').length - 1
  return wrong > 2 + first.length / 50
}
