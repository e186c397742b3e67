// A PerformanceResourceTiming for each fetch, as Node's own fetch makes it. Only Node lets programs add entries.
// https://www.w3.org/TR/resource-timing/
import type { CallReport } from '../../fetch/observe.js'
import type { Summary } from '../../libcurl/summary.js'

/** https://fetch.spec.whatwg.org/#fetch-timing-info: times by performance.now(), 0 for none. */
interface TimingInfo {
  startTime: number
  redirectStartTime: number
  redirectEndTime: number
  postRedirectStartTime: number
  finalServiceWorkerStartTime: number
  finalNetworkRequestStartTime: number
  finalNetworkResponseStartTime: number
  endTime: number
  encodedBodySize: number
  decodedBodySize: number
  finalConnectionTimingInfo: ConnectionTimingInfo | null
}

/** https://fetch.spec.whatwg.org/#connection-timing-info */
interface ConnectionTimingInfo {
  domainLookupStartTime: number
  domainLookupEndTime: number
  connectionStartTime: number
  connectionEndTime: number
  secureConnectionStartTime: number
  ALPNNegotiatedProtocol: string
}

type Mark = (
  info: TimingInfo,
  url: string,
  initiatorType: string,
  global: object,
  cacheMode: string,
  bodyInfo: object,
  responseStatus: number,
  deliveryType: string,
) => void

/** https://www.iana.org/assignments/tls-extensiontype-values, ALPN protocol IDs */
const PROTOCOLS: Readonly<Record<string, string>> = { '1.0': 'http/1.0', '1.1': 'http/1.1', '2': 'h2', '3': 'h3' }

/** How many entries Node keeps. Beyond that, each one costs it an event, unless several are added at once. */
const BUFFER_SIZE = 250
/** So they wait for so many, or so long. */
const MOST_WAITING = 50
const LATER_MS = 100

/** undefined where the platform cannot. */
export function resourceTimings(): ((report: CallReport) => void) | undefined {
  const { performance } = globalThis as { performance: Performance & { markResourceTiming?: Mark } }
  if (typeof performance.markResourceTiming !== 'function') return undefined
  const mark = (report: CallReport): void =>
    performance.markResourceTiming!(infoOf(report), report.url, 'fetch', globalThis, '', {}, report.status, '')
  let count = 0
  const waiting: CallReport[] = []
  const flush = (): void => waiting.splice(0).forEach(mark)
  return (report) => {
    if (count < BUFFER_SIZE) {
      count++
      return mark(report)
    }
    waiting.push(report)
    if (waiting.length === MOST_WAITING) flush()
    else if (waiting.length === 1) setTimeout(flush, LATER_MS).unref()
  }
}

function infoOf(report: CallReport): TimingInfo {
  const { began, ended, redirected, last, version, encodedBodySize, decodedBodySize } = report
  /** When the last hop began. */
  const sent = last ? ended - last.total / 1000 : began
  const at = (microseconds: number): number => sent + microseconds / 1000
  const start = redirected ? sent : began
  const hasResponse = last !== null && report.status > 0
  return {
    startTime: began,
    redirectStartTime: redirected ? began : 0,
    redirectEndTime: redirected ? sent : 0,
    postRedirectStartTime: start,
    finalServiceWorkerStartTime: 0,
    finalNetworkRequestStartTime: hasResponse ? at(connected(last)) : 0,
    finalNetworkResponseStartTime: hasResponse ? at(last.firstByte) : 0,
    endTime: ended,
    encodedBodySize,
    decodedBodySize,
    finalConnectionTimingInfo: hasResponse ? connectionOf(last, start, sent, PROTOCOLS[version] ?? '') : null,
  }
}

const connected = ({ queue, dns, tcp, tls }: Summary): number => Math.max(queue, dns, tcp, tls)

/** On a connection that was there already, all times are those of the start, as the standard says. */
function connectionOf(last: Summary, start: number, sent: number, protocol: string): ConnectionTimingInfo {
  const { queue, dns, tcp, tls } = last
  const isNew = tcp > queue
  const at = (microseconds: number): number => (isNew ? sent + microseconds / 1000 : start)
  return {
    domainLookupStartTime: at(queue),
    domainLookupEndTime: at(Math.max(queue, dns)),
    connectionStartTime: at(Math.max(queue, dns)),
    connectionEndTime: at(Math.max(tcp, tls)),
    secureConnectionStartTime: tls > 0 ? at(tcp) : isNew ? 0 : start,
    ALPNNegotiatedProtocol: protocol,
  }
}
