// A command line in the hash of a URL and back. The text is only ever a text: nothing here runs it, and what comes out
// has nothing in it that a terminal would not show. Redact before: a link goes to others, and into their logs.
import { INVISIBLE, visible } from './tokens.js'

/** A hash that holds no command line, or a command line that no hash can hold. */
export class PermalinkError extends Error {
  override readonly name = 'PermalinkError'
}

/** The longest text, in bytes of UTF-8. */
export const MAX_BYTES = 64 * 1024

/**
 * The hash for a text: `#c=` and the text as URLs have it, or `#z=` and the deflated text where that is shorter.
 * @throws PermalinkError for a text that is too long, or with characters that cannot be seen: quote them.
 */
export async function toHash(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length > MAX_BYTES) throw new PermalinkError(`the command is longer than ${MAX_BYTES} bytes`)
  check(text)
  // chats end a link before a quote or a bracket
  const escape = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  const plain = encodeURIComponent(text).replace(/[!'()*~]/g, escape)
  const deflated = await through(bytes, new CompressionStream('deflate-raw'))
  const packed = btoa(Array.from(deflated, (byte) => String.fromCharCode(byte)).join(''))
  const base64url = packed.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
  return base64url.length < plain.length ? `#z=${base64url}` : `#c=${plain}`
}

/**
 * The text of a hash; undefined for a hash that is about something else.
 * @throws PermalinkError for one that is broken, too long or of another make.
 */
export async function fromHash(hash: string): Promise<string | undefined> {
  const [, kind, content] = /^#?([cz])=([^]*)$/.exec(hash) ?? []
  if (kind === undefined) return undefined
  // each byte takes three characters at most
  if (content!.length > 3 * MAX_BYTES) throw new PermalinkError('the link is too long')
  const bytes = kind === 'c' ? unescaped(content!) : await inflated(content!)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new PermalinkError('the link is broken: it is not UTF-8')
  }
  check(text)
  return text
}

function check(text: string): void {
  const found = INVISIBLE.exec(text.replace(/[\t\n]/g, '')) ?? /[\ud800-\udfff]/u.exec(text)
  if (found) throw new PermalinkError(`the command has a character that cannot be seen: ${visible(found[0])}`)
}

function unescaped(text: string): Uint8Array {
  // + is what some programs make of a blank
  try {
    return new TextEncoder().encode(decodeURIComponent(text.replaceAll('+', ' ')))
  } catch {
    throw new PermalinkError('the link is broken: a % in it stands for nothing')
  }
}

async function inflated(text: string): Promise<Uint8Array> {
  let binary: string
  try {
    binary = atob(/^[\w-]+$/.test(text) ? text.replaceAll('-', '+').replaceAll('_', '/') : '?')
  } catch {
    throw new PermalinkError('the link is broken: it is not base64')
  }
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  try {
    return await through(bytes, new DecompressionStream('deflate-raw'))
  } catch (error) {
    if (error instanceof PermalinkError) throw error
    throw new PermalinkError('the link is broken: what is compressed in it is not whole')
  }
}

/** What a stream makes of some bytes. It stops reading as soon as that is too much: a link may be a bomb. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const writer = stream.writable.getWriter()
  // what goes wrong here is what the reader hears too
  writer.write(bytes).catch(() => {})
  writer.close().catch(() => {})
  const reader = stream.readable.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length
    if (length > 2 * MAX_BYTES || (length > MAX_BYTES && stream instanceof DecompressionStream)) {
      void reader.cancel().catch(() => {})
      throw new PermalinkError('the link is too long')
    }
    chunks.push(next.value)
  }
  const all = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}
