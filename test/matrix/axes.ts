// The axes of the test matrix, the combinations of their values that make no sense and why, and the choice of cells for
// the short form.

export const APIS = ['fetch', 'Session', 'Easy', 'runTool', 'WebSocket', 'connect'] as const
export const WAYS = ['direct', 'wisp1', 'wisp2', 'wsproxy', 'streams', 'http-proxy', 'socks5'] as const
export const PROTOCOLS = ['http', 'https', 'h2'] as const
export const FAULTS = [
  'none',
  'upload',
  // no connection
  'refused',
  'unknown-name',
  'blocked',
  'relay-down',
  // before the response. 'fin' is an orderly end, over TLS with close_notify, and 'cut' is one without close_notify
  'fin-at-once',
  'rst-at-once',
  'fin-before-answer',
  'rst-before-answer',
  'cut-before-answer',
  'stall-before-answer',
  // in its head
  'fin-in-head',
  'rst-in-head',
  'stall-in-head',
  // in its body
  'fin-in-body',
  'rst-in-body',
  'cut-in-body',
  'stall-in-body',
  'half-close',
  'cut-at-end',
  'ws-cut',
  'relay-killed',
  // while the request is sent
  'fin-in-upload-50',
  'fin-in-upload-100k',
  'fin-in-upload-10M',
  'rst-in-upload-50',
  'rst-in-upload-100k',
  'rst-in-upload-10M',
  'cut-in-upload-100k',
  'stall-in-upload',
  'early-answer',
] as const
export const READERS = ['fast', 'stopped', 'gone'] as const

export type Api = (typeof APIS)[number]
export type Way = (typeof WAYS)[number]
export type Protocol = (typeof PROTOCOLS)[number]
export type Fault = (typeof FAULTS)[number]
export type Reader = (typeof READERS)[number]

export interface Cell {
  api: Api
  way: Way
  protocol: Protocol
  fault: Fault
  reader: Reader
}

const AXES = { api: APIS, way: WAYS, protocol: PROTOCOLS, fault: FAULTS, reader: READERS } as const
const NAMES = Object.keys(AXES) as (keyof Cell)[]

export const nameOf = (cell: Cell): string => NAMES.map((axis) => cell[axis]).join('/')

/** Ways through a relay. */
export const RELAYED: readonly Way[] = ['wisp1', 'wisp2', 'wsproxy']
/** Ways through a proxy, which libcurl uses itself. */
export const PROXIED: readonly Way[] = ['http-proxy', 'socks5']

/** How many bytes of the request's body come before the fault, or 0 if it has no body. */
export function uploadedBefore(fault: Fault): number {
  if (fault.endsWith('-50')) return 50
  if (fault.endsWith('-100k')) return 100_000
  if (fault.endsWith('-10M')) return 10_000_000
  return fault === 'stall-in-upload' || fault === 'early-answer' ? 1 : 0
}

/** The size of the request's body in bytes. */
export function uploadSize(fault: Fault): number {
  if (fault === 'upload') return 1_500_000
  return fault === 'stall-in-upload' || fault === 'early-answer' ? 20_000_000 : 2 * uploadedBefore(fault)
}

/** Whether part of the response's body is received before the fault. */
export const hasBody = (fault: Fault): boolean =>
  ['none', 'half-close', 'cut-at-end', 'ws-cut', 'relay-killed'].includes(fault) || fault.endsWith('-in-body')

/** Faults that only exist with TLS: without it, they are the same as an orderly end. */
const isCut = (fault: Fault): boolean => fault.startsWith('cut-')

/** Why some combinations are no cells. The first matching reason counts. */
const RULES: [reason: string, excludes: (cell: Cell) => boolean][] = [
  ['libcurl only has WebSockets over HTTP/1.1', ({ api, protocol }) => api === 'WebSocket' && protocol === 'h2'],
  ['connect() does not use HTTP', ({ api, protocol }) => api === 'connect' && protocol === 'h2'],
  ['without TLS there is no close_notify', ({ protocol, fault }) => protocol === 'http' && isCut(fault)],
  [
    'there is no relay',
    ({ way, fault }) => ['ws-cut', 'relay-killed', 'relay-down'].includes(fault) && !RELAYED.includes(way),
  ],
  ['direct connections cannot be forbidden', ({ way, fault }) => way === 'direct' && fault === 'blocked'],
  ['there is no body to read', ({ fault, reader }) => reader !== 'fast' && !hasBody(fault)],
  [
    'streams of HTTP/2 and WebSockets have an end of their own',
    ({ api, protocol, fault }) =>
      (api === 'WebSocket' || protocol === 'h2') && (fault === 'half-close' || fault === 'cut-at-end'),
  ],
]

/** Why a combination makes no sense. Null if it does. */
export const impossible = (cell: Cell): string | null => RULES.find(([, excludes]) => excludes(cell))?.[0] ?? null

function* combinations(axes: readonly (keyof Cell)[] = NAMES): Generator<Record<string, string>> {
  const [axis, ...others] = axes
  if (axis === undefined) return yield {}
  for (const value of AXES[axis]) for (const rest of combinations(others)) yield { [axis]: value, ...rest }
}

/** All combinations, including those that make no sense. */
export const everything = (): Cell[] => [...combinations()] as unknown as Cell[]

/** All combinations that make sense. */
export const cells = (): Cell[] => everything().filter((cell) => impossible(cell) === null)

/** The cells that a name selects: any part may be '*', and parts missing at the end are '*' too. @throws RangeError */
export function selected(pattern: string): Cell[] {
  const parts = pattern.split('/')
  const matches = (cell: Cell): boolean =>
    NAMES.every((axis, i) => ['*', '', undefined, cell[axis].toLowerCase()].includes(parts[i]?.toLowerCase()))
  const found = cells().filter(matches)
  if (found.length > 0) return found
  const excluded = everything().find(matches)
  if (excluded) throw new RangeError(`${nameOf(excluded)} makes no sense: ${impossible(excluded)}`)
  for (const [i, axis] of NAMES.entries()) {
    const values: readonly string[] = AXES[axis]
    if (parts[i] && parts[i] !== '*' && !values.some((value) => value.toLowerCase() === parts[i]!.toLowerCase()))
      throw new RangeError(`'${parts[i]}' is none of ${values.join(', ')}`)
  }
  throw new RangeError(`no cell is called ${pattern}`)
}

function pairsOf(cell: Cell): string[] {
  const pairs: string[] = []
  for (let i = 0; i < NAMES.length; i++)
    for (let j = i + 1; j < NAMES.length; j++) pairs.push(`${cell[NAMES[i]!]} ${cell[NAMES[j]!]}`)
  return pairs
}

/** A few cells that together have each possible pair of values. */
export function pairwise(among = cells()): Cell[] {
  const missing = new Set(among.flatMap(pairsOf))
  const covers = (cell: Cell): number => pairsOf(cell).filter((pair) => missing.has(pair)).length
  const chosen: Cell[] = []
  while (missing.size > 0) {
    const best = among.reduce((a, b) => (covers(b) > covers(a) ? b : a))
    for (const pair of pairsOf(best)) missing.delete(pair)
    chosen.push(best)
  }
  return chosen
}
