// Resolves names by DNS over HTTPS, in the form of JSON that Cloudflare's and Google's public servers have
// (application/dns-json): Cloudflare's runtime has no DNS of its own that would tell the addresses.
import { localAddresses, type Resolve } from '../core/dial.js'
import { Refusal } from '../core/refusal.js'
import { CloseReason } from '../../shim/transports/relay.js'

/** How long the server may take, in milliseconds. */
const ANSWER_MS = 6000
/** The numbers of record types (RFC 1035, RFC 3596). */
const TYPES = { A: 1, AAAA: 28 } as const

interface Answer {
  Status?: number
  Answer?: readonly { type?: number; data?: unknown }[]
}

/** @throws RangeError if it is not a URL of https, or of http on this machine. */
export function dohServer(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  const local = url?.protocol === 'http:' && localAddresses(url.hostname) !== null
  if (!url || (url.protocol !== 'https:' && !local && url.hostname !== '127.0.0.1')) {
    throw new RangeError(`"${text}" is not a URL such as https://cloudflare-dns.com/dns-query`)
  }
  return url
}

export function dohResolver(server: URL): Resolve {
  return async (host) => {
    const local = localAddresses(host)
    if (local) return local
    const answers = await Promise.allSettled([ask(server, host, 'A'), ask(server, host, 'AAAA')])
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    if (addresses.length > 0) return addresses
    const errors = answers.map((answer) => (answer.status === 'rejected' ? (answer.reason as Error) : null))
    const late = errors.some((error) => error?.name === 'TimeoutError')
    const why = errors[0]?.message ?? 'it has no addresses'
    throw new Refusal(late ? CloseReason.TIMEOUT : CloseReason.UNREACHABLE, `the name cannot be resolved: ${why}`)
  }
}

async function ask(server: URL, host: string, type: keyof typeof TYPES): Promise<string[]> {
  const url = new URL(server)
  url.searchParams.set('name', host)
  url.searchParams.set('type', type)
  const headers = { accept: 'application/dns-json' }
  const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) })
  if (!response.ok) {
    await response.body?.cancel()
    throw new Error(`the server answers with status ${response.status}`)
  }
  const { Status, Answer = [] } = (await response.json()) as Answer
  if (Status !== 0) throw new Error(`response code ${Status}`)
  return Answer.flatMap((record) => (record.type === TYPES[type] && typeof record.data === 'string' ? record.data : []))
}
