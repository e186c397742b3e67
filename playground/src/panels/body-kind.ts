// Finds out what a body is: by its Content-Type, or by its first bytes if that does not say.

export interface BodyKind {
  /** The content type as it was sent, without parameters, or '' for none. */
  type: string
  /** The label for TextDecoder. */
  charset: string
  /** `text` is also for everything that nothing better is known about. */
  kind: 'json' | 'markup' | 'text' | 'binary'
  /** The type of a picture, or 'text/html' for a page. Null if a browser cannot show the body. */
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

/** @param first The beginning of the body. A few kB are enough. */
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

/** The encoding: by the byte order mark, or else by the parameter, or else UTF-8. */
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

/** Whether there are control characters that text does not have, or more than a few bytes that are not UTF-8. */
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
