// Finds the requests and responses of a transfer in its trace, in order: also those of redirects and proxies, interim
// responses and trailers. For protocols without headers, such as FTP, it finds the commands and replies.
import { DATA_IN, DATA_OUT, HEADER_IN, HEADER_OUT, TEXT, type TraceEvent } from '../model.js'
import { textOf } from './text.js'

export interface Message {
  kind: 'request' | 'response' | 'trailers' | 'said'
  direction: 'out' | 'in'
  /** Such as 'GET / HTTP/1.1' or 'HTTP/2 200'. If it is not HTTP, the line itself. Empty for trailers. */
  start: string
  /** In order, with duplicates. */
  headers: { name: string; value: string }[]
  /** Milliseconds since the run began. */
  at: number
  /** Bytes of the body, without the chunked coding and the like, but not decompressed. */
  body: number
}

/** What libcurl says in words, in order. */
export function textsOf(trace: readonly TraceEvent[]): string[] {
  return trace.filter(({ kind }) => kind === TEXT).map(({ bytes }) => textOf(bytes))
}

const STATUS_LINE = /^HTTP\/\d/
const REQUEST_LINE = /^[^\s:]+ \S+ HTTP\/\d/

export function messagesOf(trace: readonly TraceEvent[]): Message[] {
  const messages: Message[] = []
  /** The response that the next header lines belong to. */
  let open: Message | null = null
  let http = false
  /** The messages that the next body bytes belong to. */
  const owners: { in?: Message; out?: Message } = {}
  const begin = (message: Message): Message => {
    messages.push(message)
    if (message.kind !== 'trailers') owners[message.direction] = message
    return message
  }
  for (const event of trace) {
    if (event.kind === HEADER_OUT) {
      const message = requestOf(event)
      http = message.kind === 'request'
      open = null
      begin(message)
    } else if (event.kind === HEADER_IN) {
      const line = textOf(event.bytes).replace(/\r?\n$/, '')
      if (STATUS_LINE.test(line)) {
        http = true
        open = begin(messageOf('response', 'in', line, event.at))
      } else if (!http) {
        begin(messageOf('said', 'in', line, event.at))
      } else if (line === '') {
        open = null
      } else {
        open ??= begin(messageOf('trailers', 'in', '', event.at))
        addHeader(open, line)
      }
    } else if (event.kind === DATA_IN || event.kind === DATA_OUT) {
      const owner = owners[event.kind === DATA_IN ? 'in' : 'out']
      if (owner) owner.body += event.size
    }
  }
  return messages
}

function messageOf(kind: Message['kind'], direction: Message['direction'], start: string, at: number): Message {
  return { kind, direction, start, headers: [], at, body: 0 }
}

function requestOf({ bytes, at }: TraceEvent): Message {
  const [start = '', ...lines] = textOf(bytes).split(/\r?\n/)
  const message = messageOf(REQUEST_LINE.test(start) ? 'request' : 'said', 'out', start, at)
  for (const line of lines) if (line !== '') addHeader(message, line)
  return message
}

function addHeader({ headers }: Message, line: string): void {
  // a line that begins with a space continues the one before (RFC 9112, section 5.2)
  const last = headers.at(-1)
  if (/^[ \t]/.test(line) && last) return void (last.value += ` ${line.trim()}`)
  const colon = line.indexOf(':')
  if (colon < 0) return void headers.push({ name: line, value: '' })
  headers.push({ name: line.slice(0, colon), value: line.slice(colon + 1).trim() })
}

/** The last response that is not an interim one. */
export function finalResponse(messages: readonly Message[]): Message | undefined {
  return messages.filter(({ kind, start }) => kind === 'response' && !/^HTTP\/\S+ 1\d\d/.test(start)).at(-1)
}

/** The value of the last header of that name. */
export function header(message: Message | undefined, name: string): string | undefined {
  return message?.headers.filter((header) => header.name.toLowerCase() === name).at(-1)?.value
}
