// Endpoints whose answers come late, slowly, in part or not at all.
import type { Endpoint, Exchange } from '../exchange.js'

async function late(exchange: Exchange): Promise<void> {
  const seconds = exchange.number('seconds', 0, 60)
  await exchange.body()
  await exchange.sleep(seconds)
  exchange.text(`That took ${seconds} s.\n`)
}

async function drip(exchange: Exchange): Promise<void> {
  const bytes = Math.floor(exchange.number('bytes', 1, 100_000, 20))
  const seconds = exchange.number('seconds', 0, 300, 4)
  const response = exchange.head(200, { 'content-type': 'text/plain', 'content-length': bytes })
  response.flushHeaders()
  // at most 50 times a second
  const steps = Math.min(bytes, Math.max(1, Math.ceil(seconds * 50)))
  for (let step = 1, sent = 0; step <= steps; step++) {
    await exchange.sleep(seconds / steps)
    const due = Math.round((bytes * step) / steps)
    response.write('*'.repeat(due - sent))
    sent = due
  }
  response.end()
}

/** Never finishes the answer: the client has to give up. */
function hang(exchange: Exchange): void {
  exchange.request.resume()
  if (exchange.url.searchParams.get('after') !== 'head') return
  exchange.head(200, { 'content-type': 'text/plain', 'content-length': 1000 }).flushHeaders()
}

function truncated(exchange: Exchange): void {
  const chunked = exchange.url.searchParams.has('chunked')
  const response = exchange.head(200, { 'content-type': 'text/plain', ...(chunked ? {} : { 'content-length': 1000 }) })
  response.write('This is not the whole body: there is mo', () => exchange.breakOff())
}

export const conducts: readonly Endpoint[] = [
  {
    path: '/delay/:seconds',
    sample: '/delay/2',
    about: 'an answer after that many seconds',
    methods: 'any',
    answer: late,
  },
  { path: '/drip', sample: '/drip?bytes=20&seconds=4', about: 'a body that comes slowly', answer: drip },
  { path: '/hang', about: 'no answer; ?after=head: no body', methods: 'any', answer: hang },
  { path: '/truncated', about: 'a body that breaks off; ?chunked: in chunks', answer: truncated },
  {
    path: '/close',
    about: 'closes the connection without an answer',
    methods: 'any',
    answer: (exchange) => exchange.breakOff(),
  },
]
