// The wire panel, "What the relay sees": the plain text of curl next to the bytes that leave this page, and a sentence
// that says what the relay can read of it. It must be honest about both what it can and what it cannot.
import { fill, h, type Child } from '../dom.js'
import type { Connection, Run, TraceEvent } from '../model.js'
import { eventsByConnection } from './connections.js'
import { live, type PanelContext } from './context.js'
import { bytes as bytesText, count, duration, listed, plural, size } from './format.js'
import { badge, button, empty, facts } from './parts.js'
import { rows, type Rows } from './rows.js'
import { visible, visibleString } from './text.js'
import { rowsOf, type Cell, type Layout, type Row } from './wire-rows.js'
import { turnsOf, WireReader, type Seen, type Share } from './wire-turns.js'

/**
 * Bytes with more entropy look like noise, in bits per byte. Text has 4 to 5.5, and noise 8, or less if it is short.
 */
const NOISE = 6.2
/** If the list is narrower, in pixels, the sides are one below the other. */
const NARROW = 640
/** As many rows as fill any screen. */
const SCREEN = 60
/** How many characters of a row are not for the two sides: time, arrow, gaps. */
const FRAME = { beside: 16, below: 11 }

export function wirePanel(context: PanelContext): HTMLElement {
  const { store } = context
  const sentence = h('div.verdict')
  const known = h('div.known')
  const details = h('details.knowledge', { open: true }, h('summary', null, 'What the relay knows'), known)
  const summary = h('div.summary', null, sentence, details)
  /** Whether the details were closed because there is little room. The user can open them again. */
  let folded = false
  const select = h('select', { 'aria-label': 'Connection', onchange: () => pick(Number(select.value)) })
  const picker = h('div.picker', null, select)
  const head = h(
    'div.wire-head',
    { 'aria-hidden': 'true' },
    h('span'),
    h('span', null, 'curl, in this page'),
    h('span'),
    h('span', null, 'the relay'),
  )
  const nothing = h('div.content')
  let layout: Layout = { beside: true, columns: 50 }
  let shown: Row[] = []
  let picked: { run: number; connection: number } | null = null
  let key = ''
  /** Whether the list has been scrolled to the first plain text. That is done once for each connection. */
  let settled = false
  const expanded = new Set<string>()
  const readers = new WeakMap<Connection, WireReader>()

  const list: Rows = rows({
    label: 'Plain text and the bytes that the relay carries, side by side',
    role: 'table',
    render: (index) => rowElement(shown[index]!, layout, expand),
    resized(width, columns) {
      const beside = width >= NARROW
      layout = { beside, columns: beside ? Math.floor((columns - FRAME.beside) / 2) : columns - FRAME.below }
      panel.classList.toggle('below', !beside)
      if (!beside && !folded) details.open = !(folded = true)
      if (beside) details.open = !(folded = false)
      render()
    },
  })
  const panel = h('div.panel.wire', null, summary, picker, head, list.element, nothing)

  function pick(id: number): void {
    if (store.state.shown) picked = { run: store.state.shown.id, connection: id }
    render()
  }
  function expand(which: string): void {
    expanded.add(which)
    render()
  }
  const readerOf = (connection: Connection): WireReader => {
    let reader = readers.get(connection)
    if (!reader) readers.set(connection, (reader = new WireReader()))
    return reader.read(connection)
  }

  function render(): void {
    const run = store.state.shown
    const used = run?.connections.filter((connection) => connection.events.length > 0) ?? []
    const has = run !== null && used.length > 0
    summary.hidden = head.hidden = list.element.hidden = !has
    nothing.hidden = has
    picker.hidden = used.length < 2
    if (!has) return fill(nothing, withoutBytes(run))
    const all = used.map((connection) => ({ connection, seen: readerOf(connection).seen }))
    const current = used.find(({ id }) => picked?.run === run.id && picked.connection === id) ?? used[0]!
    if (key !== `${run.id} ${current.id}`) {
      key = `${run.id} ${current.id}`
      expanded.clear()
      settled = false
    }
    summary.dataset['tone'] = all.every(({ seen }) => !isOpen(seen)) ? 'secret' : 'plain'
    fill(sentence, summaryOf(run, all))
    fill(known, factsOf(current, readerOf(current).seen))
    fillPicker(all, current)
    const trace: TraceEvent[] = eventsByConnection(run).get(current.id) ?? []
    shown = rowsOf(turnsOf(readerOf(current).chunks, trace), layout, expanded)
    list.update(shown.length)
    if (!settled) settle(run)
  }

  /** Scrolls past the handshake to the first plain text, which matters more. */
  function settle(run: Run): void {
    const first = shown.findIndex(({ left }) => left?.kind === 'text')
    const turn = shown.map(({ at }, i) => i <= first && at !== null).lastIndexOf(true)
    list.scrollTo(Math.max(0, turn))
    settled = run.status !== null || (first >= 0 && shown.length - first > SCREEN)
  }

  function fillPicker(all: readonly SeenConnection[], current: Connection): void {
    if (document.activeElement === select && select.options.length === all.length) return
    const labels = all.map(({ connection: { id, host, port, sent, received }, seen }) => {
      const verdict = isOpen(seen) ? 'readable' : 'encrypted'
      return h(
        'option',
        { value: id },
        `${id + 1}  ${visibleString(addressOf(host, port))}  ${count(sent)} out, ${count(received)} in, ${verdict}`,
      )
    })
    select.replaceChildren(...labels)
    select.value = String(current.id)
  }

  live(store, panel, ['shown', 'runs', 'trace', 'wire'], render)
  return panel
}

interface SeenConnection {
  connection: Connection
  seen: Seen
}

function withoutBytes(run: Run | null): HTMLElement {
  if (!run)
    return h(
      'div.intro',
      null,
      route(),
      empty(
        'What the relay sees',
        'Run a command to see the bytes that leave this page, next to their meaning. ',
        'With https: the relay sees noise, with http: everything.',
      ),
    )
  if (run.shared) return empty('The bytes are not in the link', 'Run the command here to see what the relay sees.')
  if (run.status === null) return empty('Nothing has been sent yet', 'The bytes are shown as soon as they leave.')
  const tried = run.connections.length
  return empty(
    'The relay carried no bytes',
    tried > 0
      ? `${plural(tried, 'connection')} could not be made: ${listed([...new Set(run.connections.map(({ ended }) => ended ?? 'no error'))])}.`
      : 'This command opened no connection.',
  )
}

/** A picture of the way that the bytes take. */
function route(): HTMLElement {
  const stop = (name: string, what: string): HTMLElement =>
    h('li', null, h('strong', null, name), ' ', h('span', null, what))
  return h(
    'ol.route',
    null,
    stop('This page', 'curl and TLS'),
    stop('Relay', 'carries bytes'),
    stop('Server', 'TLS again'),
  )
}

export const addressOf = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`

/** Whether the relay could read bytes: there was no TLS, or there were bytes outside of it. */
const isOpen = (seen: Seen): boolean => seen.plain || !seen.tls

// --- the sentence ---

function summaryOf(run: Run, all: readonly SeenConnection[]): Child {
  const open = all.filter(({ seen }) => isOpen(seen))
  const sum = (direction: 'sent' | 'received'): number =>
    all.reduce((total, { connection }) => total + connection[direction], 0)
  const hosts = [...new Set(all.map(({ connection: { host, port } }) => addressOf(host, port)))]
  const named = hosts.length > 3 ? `${hosts.slice(0, 2).join(', ')} and ${hosts.length - 2} more` : listed(hosts)
  return [
    h('p.verdict-title', null, verdictOf(all, open)),
    h(
      'p',
      null,
      'The relay carries ',
      h('strong', null, bytesText(sum('sent'))),
      ' out and ',
      h('strong', null, bytesText(sum('received'))),
      ' in',
      ` over ${plural(all.length, 'connection')} to `,
      visible(named, 300),
      run.status === null ? ', and more is coming.' : '.',
    ),
  ]
}

function verdictOf(all: readonly SeenConnection[], open: readonly SeenConnection[]): Child {
  const versions = [...new Set(all.flatMap(({ seen }) => (seen.tls ? [seen.serverHello?.version ?? 'TLS'] : [])))]
  const tls = listed(versions)
  if (open.length === 0) return `The relay cannot read this: ${tls} ends in this page.`
  if (open.length === all.length && versions.length === 0) return 'The relay can read everything: nothing is encrypted.'
  if (open.length === all.length) return `The relay can read what was sent before ${tls} began, but nothing after that.`
  return `The relay can read ${open.length === 1 ? 'one' : count(open.length)} of ${plural(all.length, 'connection')}; ${tls} hides the ${all.length - open.length === 1 ? 'other' : 'others'}.`
}

/** What the relay can know about a connection without a key, and how much of it is readable. */
function factsOf({ host, port, openedAt, ended }: Connection, seen: Seen): Child {
  const { clientHello, serverHello } = seen
  const name = clientHello?.serverName
  return [
    facts(
      [
        ['Address', visible(addressOf(host, port), 200)],
        clientHello && [
          'Server name',
          name ? visible(name, 200) : 'not sent',
          h('small', null, clientHello.encrypted ? ' a decoy: the real one is encrypted' : name && ' not encrypted'),
        ],
        clientHello && clientHello.alpn.length > 0 && ['Protocols offered', visible(clientHello.alpn.join(', '), 200)],
        serverHello && ['Agreed on', `${serverHello.version}, `, serverHello.cipher],
        clientHello && [
          'Handshake',
          `${count(handshakeOf(seen.out))} bytes out, ${count(handshakeOf(seen.in))} in, not encrypted`,
        ],
        seen.certificate && ['Certificate', 'not encrypted, as before TLS 1.3'],
        ['When', `from ${duration(openedAt)} on`, ended ? `, ended with ${ended}` : ''],
      ].filter(Boolean) as [string, ...Child[]][],
    ),
    h('div.meters', null, meter('out', seen.out), meter('in', seen.in)),
  ]
}

/** How many bytes of the handshake are not encrypted. */
const handshakeOf = ({ total, open, encrypted }: Share): number => total - open - encrypted

/** Shows which share of the bytes in one direction can be read, and how much they look like noise. */
function meter(direction: 'out' | 'in', { open, encrypted, noise }: Share): HTMLElement {
  const said = open + encrypted
  const share = said === 0 ? 0 : open / said
  const label = direction === 'out' ? 'Readable, out' : 'Readable, in'
  const now = Math.round(share * 100)
  const range = { 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': now }
  const filled = h('span')
  filled.style.width = `${share * 100}%`
  return h(
    'div.meter',
    null,
    h('span', null, `${label} `, h('strong', null, said === 0 ? 'nothing yet' : `${now} %`)),
    h('span.meter-bar', { role: 'meter', 'aria-label': label, ...range }, filled),
    h(
      'small',
      null,
      said > 0 &&
        `${size(said)} that look like ${noise.bits > NOISE ? 'noise' : 'text'}: ${noise.bits.toFixed(1)} bits a byte`,
    ),
  )
}

// --- rows ---

function rowElement(row: Row, layout: Layout, expand: (key: string) => void): HTMLElement {
  const { direction, at, left, right } = row
  const arrow = at === null ? '' : direction === 'out' ? '\u2192' : '\u2190'
  const element = h(
    'div.line.wire-row',
    { 'data-direction': direction, 'data-first': at !== null },
    h('span.time', { role: 'cell' }, at === null ? '' : at.toFixed(1)),
    layout.beside
      ? [
          cell(left, expand),
          h(
            'span.arrow',
            {
              role: 'cell',
              'aria-label': at === null ? undefined : direction === 'out' ? 'to the server' : 'from the server',
            },
            arrow,
          ),
          cell(right, expand),
        ]
      : [h('span.arrow', { role: 'cell' }, arrow), cell(left ?? right, expand, left ? 'curl' : 'relay')],
  )
  return element
}

function cell(content: Cell | null, expand: (key: string) => void, side?: 'curl' | 'relay'): HTMLElement {
  const element = h('span.cell', { role: 'cell', 'data-side': side })
  if (!content) return element
  const { kind, tone, text, ascii, key } = content
  element.dataset['tone'] = tone
  element.dataset['kind'] = kind
  if (kind === 'more') element.append(button(text, () => expand(key!)))
  else if (kind === 'hex') element.append(h('span', null, text), h('span.ascii', null, ascii))
  else if (kind === 'label') element.append(badge(tone, text))
  else for (const node of visible(text)) element.append(node)
  return element
}
