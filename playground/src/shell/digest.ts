// Makes the part of a run that a link can hold, without its secrets, and a run of what a link holds. A secret is removed
// where it is known as one, and then wherever else the same text appears: a server may repeat it in a header or a body.
import type { OptionTable } from '../../../ts/tool/javascript/curl-options.js'
import { quoteCommand } from '../command/quote.js'
import { REDACTED, redactCommand, Redactor } from '../command/redact.js'
import type { SharedRun, SharedTransfer } from '../command/shared-run.js'
import type { Command } from '../command/shell.js'
import { INVISIBLE } from '../command/tokens.js'
import { HEADER_IN, HEADER_OUT, TEXT, type Run, type TraceEvent, type TraceKind, type Transfer } from '../model.js'
import { bodyKind } from '../panels/body-kind.js'
import { messagesOf, type Message } from '../panels/exchanges.js'
import { listed, plural, size } from '../panels/format.js'
import { statusOf, urlOf } from '../panels/parts.js'
import { timingOf } from '../panels/phases.js'
import { textOf } from '../panels/text.js'

const TRANSFERS = 5
const MESSAGES = 24
const HEADERS = 100
const TEXTS = 16
/** How much of a body is redacted, and how much of that is kept: a secret at the end of it would be cut in two. */
const REDACTED_BYTES = 16 * 1024
const BODY = 4000
/** A longer text is not a secret itself, but has some. */
const LONGEST = 200

/** Texts of curl's trace that say how TLS was agreed on, and why a transfer has failed. */
const TELLING =
  /^(?:ALPN: |SSL connection using |SSL certificate |SSL: |subjectAltName: |Re-?using )|TLS handshake, Client hello|fail|could not|refused|timed out|error|denied|not allowed|problem|empty reply|exceeded/i
/** What FTP and others may say without a secret. */
const VERBS =
  /^(?:RETR|LIST|NLST|CWD|PWD|EPSV|PASV|TYPE|SIZE|MDTM|STOR|QUIT|REST|SYST|FEAT|OPTS|EHLO|HELO|DATA|NOOP|PBSZ|PROT)\b/i

/** The attributes of a cookie, which are not secret. Others are removed, because they may be part of its value. */
const ATTRIBUTE =
  /^\s*(?:(?:secure|httponly|partitioned)\s*$|(?:path|domain|samesite|priority)=[^;,]{0,200}$|max-age=-?\d+\s*$|expires=[\w ,:+-]{0,40}$)/i

/** A run for a link, and what was left out of it for secrecy. */
export async function digestOf(
  run: Run,
  command: Command,
  table: OptionTable,
): Promise<{ shared: SharedRun; redacted: string[] }> {
  const secrets = new Secrets()
  const safe = redactCommand(command, table)
  for (const each of safe.redacted) secrets.names.add(each)
  command.argv.forEach((argument, i) => secrets.learn(argument, safe.command.argv[i]!))
  for (const [name, value] of Object.entries(command.env)) secrets.learn(value, safe.command.env[name]!)
  command.redirects.forEach((redirect, i) => {
    const after = safe.command.redirects[i]!
    if ('text' in redirect && 'text' in after) secrets.learn(redirect.text, after.text)
  })
  const transfers = run.transfers.slice(0, TRANSFERS)
  const messages = transfers.map(({ trace }) =>
    messagesOf(trace)
      .slice(-MESSAGES)
      .map((each) => messageOf(each, secrets)),
  )
  const texts = transfers.map((transfer) => textsOf(transfer, secrets))
  const urls = transfers.map((transfer) => secrets.url(urlOf(transfer)))
  const bodies = await Promise.all(transfers.map((transfer) => bodyOf(transfer, secrets)))
  // only now all secrets are known
  const clean = (text: string): string => secrets.without(text)
  const cleanOrNull = (value: unknown): string | null => (typeof value === 'string' ? clean(value) : null)
  const omitted: string[] = []
  if (run.transfers.length > TRANSFERS) omitted.push(plural(run.transfers.length - TRANSFERS, 'more transfer'))
  if (transfers.some(({ received }, i) => received > 0 && bodies[i] === null)) omitted.push('the body')
  else if (bodies.some((body) => body?.whole === false)) omitted.push('most of the body')
  const argv = safe.command.argv.map((argument) => secrets.without(argument, true))
  const same =
    safe.redacted.length === 0 &&
    argv.every((argument, i) => argument === command.argv[i]) &&
    !INVISIBLE.test(run.text.replace(/[\t\n]/g, ''))
  const shared: SharedRun = {
    // as it was written, if it has no secrets
    command: same ? run.text.trim() : quoteCommand({ ...safe.command, argv }),
    ...{ status: run.status ?? 130, duration: run.duration ?? 0, recordedAt: run.startedAt, omitted },
    transfers: transfers.map((transfer, i): SharedTransfer => ({
      url: clean(urls[i]!),
      ...{ result: transfer.result, status: statusOf(transfer), received: transfer.received },
      contentType: cleanOrNull(transfer.infos?.['CONTENT_TYPE']),
      wire: Math.max(0, Number(transfer.infos?.['SIZE_DOWNLOAD_T'] ?? 0)),
      body: bodies[i] ? clean(bodies[i].text).slice(0, BODY) : null,
      whole: bodies[i]?.whole ?? false,
      messages: messages[i]!.map((message) => ({
        ...message,
        start: message.kind === 'response' ? statusLine(message.start, clean) : clean(message.start),
        headers: message.headers.map(({ name, value }) => ({ name, value: clean(value) })),
      })),
      texts: texts[i]!.map(({ at, text }) => ({ at, text: clean(text) })),
      timing: timingWithout(transfer),
    })),
  }
  return { shared, redacted: [...secrets.names] }
}

/** The secrets of a run, learned from what was removed where they were known as such. */
class Secrets {
  readonly names = new Set<string>()
  readonly #values = new Set<string>()

  url(text: string): string {
    return this.#stripped(text, (redactor) => redactor.url(text))
  }

  body(text: string): string {
    return this.#stripped(text, (redactor) => redactor.body(text))
  }

  header(name: string, value: string): string {
    return this.#stripped(value, (redactor) => {
      const after = redactor.header(name, value)
      if (!/^set-cookie2?$/i.test(name)) return after
      const [pair, ...attributes] = after.split(';')
      return [pair, ...attributes.map((each) => (ATTRIBUTE.test(each) ? redactor.url(each) : ` ${REDACTED}`))].join(';')
    })
  }

  /** Redacts a text, and learns the secrets of it. */
  #stripped(text: string, redact: (redactor: Redactor) => string): string {
    const redactor = new Redactor()
    const after = redact(redactor)
    for (const each of redactor.redacted) this.names.add(each)
    this.learn(text, after)
    return after
  }

  /** Learns what was removed from a text. */
  learn(before: string, after: string): void {
    if (before === after) return
    if (before.length < LONGEST) this.#add(before)
    let from = 0
    const kept = after.split(REDACTED)
    for (const [i, piece] of kept.entries()) {
      const at = i === kept.length - 1 ? before.length - piece.length : before.indexOf(piece, from)
      if (at < from) return
      if (i > 0) this.#add(before.slice(from, at))
      from = at + piece.length
    }
  }

  /** Also as other places would have it: decoded, encoded, or as basic authentication. */
  #add(value: string): void {
    if (value.trim() === '') return
    this.#values.add(value.trim())
    this.#values.add(JSON.stringify(value).slice(1, -1))
    this.#values.add(btoa(String.fromCharCode(...new TextEncoder().encode(value).subarray(0, 4096))).replace(/=+$/, ''))
    for (const coding of [encodeURIComponent, decodeURIComponent])
      try {
        this.#values.add(coding(value))
      } catch {
        // it has half a character, or is not encoded
      }
  }

  /** Replaces all secrets in a text. Short ones only as whole words, and with `long` not at all. */
  without(text: string, long = false): string {
    let result = text
    for (const value of [...this.#values].sort((a, b) => b.length - a.length)) {
      if (value.length >= 4) result = result.replaceAll(value, REDACTED)
      else if (!long) {
        const escaped = value.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
        result = result.replace(new RegExp(`(?<![\\w])${escaped}(?![\\w])`, 'g'), REDACTED)
      }
    }
    return result
  }
}

function messageOf(message: Message, secrets: Secrets): Message {
  const { kind, direction, start, headers } = message
  return {
    ...message,
    start:
      kind === 'request' ? requestLine(start, secrets) : kind === 'said' ? lineOf(direction, start, secrets) : start,
    headers: headers.slice(0, HEADERS).map(({ name, value }) => ({
      name,
      value: secrets.header(name, value),
    })),
  }
}

/** Only the reason can have a secret. */
function statusLine(line: string, clean: (text: string) => string): string {
  const status = /^HTTP\/\S+ \d+ ?/.exec(line)?.[0] ?? ''
  return status + clean(line.slice(status.length))
}

function requestLine(line: string, secrets: Secrets): string {
  const [, method, target, version] = /^(\S+) (\S+)( .*)?$/.exec(line) ?? []
  return target === undefined ? '' : `${method} ${secrets.url(target)}${version ?? ''}`
}

/** A line of FTP, SMTP and the like. */
function lineOf(direction: 'in' | 'out', line: string, secrets: Secrets): string {
  if (direction === 'in' || VERBS.test(line)) return secrets.body(line)
  const [, verb, rest] = /^(\S*)(.*)$/.exec(line.trim()) ?? []
  if (!rest) return verb ?? ''
  secrets.names.add(`what ${verb} has sent`)
  secrets.learn(rest.trim(), REDACTED)
  return `${verb} ${REDACTED}`
}

function textsOf({ trace }: Transfer, secrets: Secrets): { at: number; text: string }[] {
  return trace
    .filter(({ kind }) => kind === TEXT)
    .map(({ at, bytes }) => ({ at, text: textOf(bytes).trimEnd().slice(0, 300) }))
    .filter(({ text }) => TELLING.test(text))
    .slice(-TEXTS)
    .map(({ at, text }) => ({ at, text: secrets.body(text) }))
}

/** The beginning of a body that is text, or null. */
async function bodyOf({ body, infos }: Transfer, secrets: Secrets): Promise<{ text: string; whole: boolean } | null> {
  if (!body || body.size === 0) return null
  const bytes = new Uint8Array(await body.slice(0, REDACTED_BYTES).arrayBuffer())
  const { kind, charset } = bodyKind(infos?.['CONTENT_TYPE'] as string | null | undefined, bytes)
  if (kind === 'binary') return null
  const text = secrets.body(new TextDecoder(charset).decode(bytes, { stream: true }))
  return { text, whole: body.size <= REDACTED_BYTES && text.length <= BODY }
}

function timingWithout(transfer: Transfer): SharedTransfer['timing'] {
  const timing = timingOf(transfer, null)
  if (!timing) return null
  const { start, end, phases, traced, connection } = timing
  return { start, end, phases, traced, connection }
}

// --- opening ---

/** The run of a link, which was not made here. */
export function runOf(id: number, shared: SharedRun): Run {
  return {
    ...{ id, text: shared.command, argv: [], startedAt: shared.recordedAt ?? 0 },
    ...{ duration: shared.duration, status: shared.status, connections: [] },
    transfers: shared.transfers.map(transferOf),
    shared: { recordedAt: shared.recordedAt, omitted: shared.omitted },
  }
}

const utf8 = new TextEncoder()

function transferOf(transfer: SharedTransfer, number: number): Transfer {
  const { url, result, status, contentType, wire, received, body, whole, messages, texts, timing } = transfer
  const event = (kind: TraceKind, at: number, text: string): TraceEvent => {
    const bytes = utf8.encode(text)
    return { transfer: number, kind, at, size: bytes.length, bytes }
  }
  const trace = [
    ...texts.map(({ at, text }) => event(TEXT, at, `${text}\n`)),
    ...messages.flatMap(({ kind, direction, start, headers, at }) => {
      const lines = headers.map(({ name, value }) => `${oneLine(name)}: ${oneLine(value)}`)
      if (direction === 'out') return [event(HEADER_OUT, at, [oneLine(start), ...lines, '', ''].join('\r\n'))]
      const all = kind === 'said' ? [start] : kind === 'trailers' ? [...lines, ''] : [start, ...lines, '']
      return all.map((line) => event(HEADER_IN, at, `${oneLine(line)}\r\n`))
    }),
  ].sort((a, b) => a.at - b.at)
  return {
    ...{ number, trace, received, result },
    infos: {
      ...{ EFFECTIVE_URL: url, RESPONSE_CODE: status, CONTENT_TYPE: contentType, SIZE_DOWNLOAD_T: wire },
      ...{ TOTAL_TIME_T: timing ? (timing.end - timing.start) * 1000 : 0 },
      NUM_CONNECTS: timing?.connection === 'new' ? 1 : 0,
    },
    body: body === null ? null : blobOf(body, contentType),
    ...(body !== null && !whole && { cut: true as const }),
    ...(timing && { timing: { ...timing, running: false } }),
  }
}

/** A text as a body, with a byte order mark if its type names another encoding. */
function blobOf(text: string, contentType: string | null): Blob {
  const bytes = utf8.encode(text)
  return new Blob(bodyKind(contentType, bytes).charset === 'utf-8' ? [bytes] : ['\ufeff', bytes])
}

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ')

/** What a link has of a run, in words. */
export function contentsOf({ transfers }: SharedRun): string {
  const body = transfers.reduce((sum, each) => sum + (each.body?.length ?? 0), 0)
  const headers = transfers.some(({ messages }) => messages.length > 0)
  const parts = ['the command', 'the status', headers && 'headers', 'times', body > 0 && `${size(body)} of the body`]
  return listed(parts.filter((part) => part !== false))
}
