// Puts a command line into the hash of a URL, and reads it from there. Nothing here runs it, and a text with characters
// that a terminal would not show is refused. Redact it first, because a link goes to other people, and into their logs.
import { fromBase64url, inflated, packed, PermalinkError } from './packed.js'
import { INVISIBLE, visible } from './tokens.js'

export { PermalinkError }

/** The longest text, in bytes of UTF-8. */
export const MAX_BYTES = 64 * 1024

/**
 * The hash for a text: `#c=` and the percent-encoded text, or `#z=` and the text deflated and in base64url, if that is
 * shorter.
 * @throws PermalinkError for a text that is too long, or has invisible characters. Quote such characters first.
 */
export async function toHash(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length > MAX_BYTES) throw new PermalinkError(`the command is longer than ${MAX_BYTES} bytes`)
  checkCommand(text)
  // also escapes quotes and brackets, because chat programs end a link before them
  const escape = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  const plain = encodeURIComponent(text).replace(/[!'()*~]/g, escape)
  const base64url = await packed(bytes)
  return base64url.length < plain.length ? `#z=${base64url}` : `#c=${plain}`
}

/**
 * The text in a hash. Undefined for a hash of another kind.
 * @throws PermalinkError for one that is broken or too long, or has invisible characters.
 */
export async function fromHash(hash: string): Promise<string | undefined> {
  const [, kind, content] = /^#?([cz])=([^]*)$/.exec(hash) ?? []
  if (kind === undefined) return undefined
  // each byte takes at most three characters
  if (content!.length > 3 * MAX_BYTES) throw new PermalinkError('the link is too long')
  const bytes = kind === 'c' ? unescaped(content!) : await inflated(fromBase64url(content!), MAX_BYTES)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new PermalinkError('the link is broken: it is not UTF-8')
  }
  checkCommand(text)
  return text
}

/** @throws PermalinkError for a command with a character that a terminal would not show. */
export function checkCommand(text: string): void {
  const found = INVISIBLE.exec(text.replace(/[\t\n]/g, '')) ?? /[\ud800-\udfff]/u.exec(text)
  if (found) throw new PermalinkError(`the command has an invisible character: ${visible(found[0])}`)
}

function unescaped(text: string): Uint8Array {
  // some programs write a blank as +
  try {
    return new TextEncoder().encode(decodeURIComponent(text.replaceAll('+', ' ')))
  } catch {
    throw new PermalinkError('the link is broken: it has an invalid percent-escape')
  }
}
