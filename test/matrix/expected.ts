// The expected outcome of each cell. For a direct connection it is that of native curl 8.22 with the same server
// (`node build/matrix/run.js --native FILE` compares). Every other way must have the same outcome, except for the
// differences that are documented here with their reasons.
import { PROXIED, RELAYED, type Api, type Cell, type Fault } from './axes.js'
import type { Outcome } from './clients.js'

/** Several outcomes, if it depends on the kernel which event comes first. */
type Expected = readonly Outcome[]

const CONNECT = ['CURLE_COULDNT_CONNECT']
const RESOLVE = ['CURLE_COULDNT_RESOLVE_HOST']
const NOTHING = ['CURLE_GOT_NOTHING']
const RECV = ['CURLE_RECV_ERROR']
const PARTIAL = ['CURLE_PARTIAL_FILE']
const ABORTED = ['aborted']
const FRAMING = ['CURLE_HTTP2']
const OK = ['ok']
const TLS = ['CURLE_SSL_CONNECT_ERROR']
/** Depends on whether libcurl was sending or receiving. */
const EITHER = ['CURLE_SEND_ERROR', 'CURLE_RECV_ERROR']

/** The outcomes of a request over HTTP/1.1. */
const HTTP1: Record<Fault, Expected> = {
  none: OK,
  upload: OK,
  refused: CONNECT,
  'unknown-name': RESOLVE,
  blocked: CONNECT,
  'relay-down': CONNECT,
  // the kernel answers an unread request with a reset
  'fin-at-once': [...NOTHING, ...EITHER],
  // the reset may arrive before libcurl checks whether it is connected
  'rst-at-once': [...CONNECT, ...EITHER],
  'fin-before-answer': NOTHING,
  'rst-before-answer': RECV,
  'cut-before-answer': RECV,
  'stall-before-answer': ABORTED,
  'fin-in-head': PARTIAL,
  'rst-in-head': RECV,
  'stall-in-head': ABORTED,
  'fin-in-body': PARTIAL,
  'rst-in-body': RECV,
  'cut-in-body': RECV,
  'stall-in-body': ABORTED,
  'half-close': OK,
  'cut-at-end': RECV,
  'ws-cut': RECV,
  'relay-killed': RECV,
  'fin-in-upload-50': NOTHING,
  'fin-in-upload-100k': NOTHING,
  'fin-in-upload-10M': NOTHING,
  'rst-in-upload-50': EITHER,
  'rst-in-upload-100k': EITHER,
  'rst-in-upload-10M': EITHER,
  'cut-in-upload-100k': EITHER,
  'stall-in-upload': ABORTED,
  'early-answer': ['ok 413'],
}

/** Outcomes that differ with HTTP/2. */
const HTTP2: { [F in Fault]?: Expected } = {
  'fin-before-answer': FRAMING,
  'rst-before-answer': EITHER,
  'cut-before-answer': EITHER,
  'fin-in-head': FRAMING,
  'rst-in-head': EITHER,
  'rst-in-body': EITHER,
  'cut-in-body': EITHER,
  'fin-in-upload-50': FRAMING,
  'fin-in-upload-100k': FRAMING,
  'fin-in-upload-10M': FRAMING,
}

/** Outcomes that differ with a WebSocket or connect(). */
const WEBSOCKET: { [F in Fault]?: Expected } = {
  'fin-at-once': ['no handshake', ...EITHER],
  'fin-before-answer': ['no handshake'],
  'fin-in-head': ['no handshake'],
  'fin-in-body': ['no close frame'],
  'fin-in-upload-50': ['no close frame'],
  'fin-in-upload-100k': ['no close frame'],
  'fin-in-upload-10M': ['no close frame'],
  'early-answer': ['1009'],
}
const SOCKET: { [F in Fault]?: Expected } = {
  // it goes on sending after the response, and may see the reset first
  'early-answer': ['ok 413', ...EITHER],
  'fin-at-once': ['ended', ...EITHER],
  'fin-before-answer': ['ended'],
  'fin-in-head': ['ended'],
  'fin-in-body': ['ended'],
  'fin-in-upload-50': ['ended'],
  'fin-in-upload-100k': ['ended'],
  'fin-in-upload-10M': ['ended'],
}

/** Outcomes that differ over TLS. */
const OVER_TLS: { [F in Fault]?: Expected } = {
  'fin-at-once': TLS,
  'rst-at-once': [...CONNECT, ...TLS, ...EITHER],
}

/** OpenSSL's server answers data after its close_notify with an alert, so there are two possible outcomes. */
const afterNotify = ({ protocol, fault }: Cell): Expected =>
  protocol !== 'http' && /^fin-in-upload-1/.test(fault) ? EITHER : []

const BY_API: { [A in Api]?: { [F in Fault]?: Expected } } = { WebSocket: WEBSOCKET, connect: SOCKET }

/** The outcomes of a direct connection. */
export function direct(cell: Cell): Expected {
  const { api, protocol, fault, reader } = cell
  const expected = [
    ...((protocol !== 'http' ? OVER_TLS[fault] : undefined) ??
      BY_API[api]?.[fault] ??
      (protocol === 'h2' ? HTTP2[fault] : undefined) ??
      HTTP1[fault]),
    ...afterNotify(cell),
  ]
  // the error may come before the caller aborts
  if (reader === 'stopped') return [...ABORTED, ...(fault === 'none' || fault === 'half-close' ? [] : expected)]
  // the closing handshake of a WebSocket may fail like everything else; a reset also discards data that
  // has arrived and was not read
  if (reader === 'gone') {
    if (api === 'WebSocket') return ['left', ...expected, ...EITHER, ...ABORTED, 'no close frame']
    return ['left', ...(fault.startsWith('rst-in-') ? expected : [])]
  }
  return expected
}

interface Difference {
  reason: string
  /** Whether the difference applies to a cell. */
  of(cell: Cell): boolean
  /** Their outcomes; also those of a direct connection, if `too`. */
  expected: Expected
  too?: boolean
}

/** Differences to a direct connection. docs/transports.md documents them too. */
export const DIFFERENCES: Difference[] = [
  {
    reason: 'a SOCKS5 proxy reports why it cannot connect, and libcurl reports an error of the proxy',
    of: ({ way, fault }) => way === 'socks5' && ['refused', 'unknown-name', 'blocked'].includes(fault),
    expected: ['CURLE_PROXY'],
  },
  {
    reason: 'a proxy may notice a reset while it connects',
    of: ({ way, fault }) => PROXIED.includes(way) && fault === 'rst-at-once',
    expected: ['CURLE_PROXY', ...NOTHING],
    too: true,
  },
  {
    reason: 'an HTTP proxy answers the request for a tunnel with an error',
    of: ({ way, fault }) => way === 'http-proxy' && ['refused', 'unknown-name', 'blocked'].includes(fault),
    expected: ['CURLE_COULDNT_CONNECT', 'CURLE_RECV_ERROR'],
  },
  {
    reason: 'a relay or proxy resolves the name and connects in one step',
    of: ({ way, fault }) => fault === 'unknown-name' && way !== 'direct',
    expected: CONNECT,
  },
  {
    reason: "Node's sockets, in the proxy and below the streams, may take a reset that comes with data for an end",
    of: ({ way, fault, protocol }) =>
      protocol === 'http' && fault.startsWith('rst-in-') && [...PROXIED, 'streams'].includes(way),
    expected: [...PARTIAL, ...NOTHING, ...EITHER, 'ended', 'no close frame', 'no handshake'],
    too: true,
  },
  {
    reason: 'a connection through a relay ends in both directions, and libcurl may notice it first when it sends',
    of: ({ way, fault }) =>
      (way === 'streams' || RELAYED.includes(way)) && /^(fin|rst|cut|early|ws|relay-k)/.test(fault),
    expected: EITHER,
    too: true,
  },
]

export function expectedOf(cell: Cell): Expected {
  const difference = DIFFERENCES.find(({ of }) => of(cell))
  if (!difference) return direct(cell)
  return [...difference.expected, ...(difference.too ? direct(cell) : [])]
}
