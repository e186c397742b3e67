// The response panel: shows the response of a transfer as indented text, raw text, headers, hex or a preview.
import { fill, h } from '../dom.js'
import { TEXT, type Run, type Transfer } from '../model.js'
import { bodyKind, type BodyKind } from './body-kind.js'
import { live, type PanelContext } from './context.js'
import { codeOf } from './curl-codes.js'
import { finalResponse, header, messagesOf, type Message } from './exchanges.js'
import { downloadName } from './file-names.js'
import { bytes as bytesText, duration, plural, size } from './format.js'
import { hexView } from './hex.js'
import {
  badge,
  button,
  callout,
  choice,
  chosenTransfer,
  copyButton,
  empty,
  transferPicker,
  urlOf,
  type Tone,
} from './parts.js'
import { jsonView, pageView, pictureView, textView, type View } from './response-body.js'
import { textOf, visible } from './text.js'

type ViewName = 'pretty' | 'raw' | 'headers' | 'hex' | 'preview'
const VIEWS: readonly (readonly [ViewName, string])[] = [
  ['pretty', 'Pretty'],
  ['preview', 'Preview'],
  ['raw', 'Raw'],
  ['headers', 'Headers'],
  ['hex', 'Hex'],
]
/** How many bytes are read to find out what a body is. */
const SNIFFED = 4096
const LAST_WORDS = 5

export function responsePanel(context: PanelContext): HTMLElement {
  const { store } = context
  const picker = transferPicker(() => store.changed('shown'))
  const summary = h('div.summary')
  const views = choice('View', VIEWS, 'pretty', () => {
    asked = views.value
    render()
  })
  const actions = h('div.actions')
  const toolbar = h('div.tools', null, views.element, actions)
  const note = h('p.note', { role: 'status' })
  const content = h('div.content')
  const panel = h('div.panel.response', null, picker.element, summary, toolbar, note, content)

  /** The view that the user has chosen. It stays chosen for other bodies that have it. */
  let asked: ViewName | null = null
  /** The key of what `content` shows, so that nothing is built twice. */
  let shown = ''
  let view: View | null = null
  const kinds = new WeakMap<Blob, BodyKind>()

  function show(key: string, make: () => View | Promise<View>): void {
    if (key === shown) return
    shown = key
    const put = (made: View): void => {
      if (shown !== key) return made.dispose?.()
      view?.dispose?.()
      view = made
      fill(content, made.element)
      fill(note, made.note)
      note.hidden = made.note === null
    }
    const made = make()
    if (made instanceof Promise)
      made.then(put, (error: Error) => put({ element: empty('The body cannot be read', error.message), note: null }))
    else put(made)
  }
  const nothing = (key: string, element: () => HTMLElement): void =>
    show(key, () => ({ element: element(), note: null }))

  function render(): void {
    const run = store.state.shown
    const transfer = run ? chosenTransfer(run) : undefined
    toolbar.hidden = summary.hidden = !run || !transfer
    picker.element.hidden = true
    if (!run) return nothing('none', () => empty('No response yet', 'Run a command to see its response here.'))
    picker.update(run)
    if (!transfer) return nothing(`waiting ${run.id} ${run.status}`, () => withoutTransfers(run))
    const messages = messagesOf(transfer.trace)
    fill(summary, summaryOf(run, transfer, messages))
    const body = transfer.body
    const key = `${run.id}.${transfer.number}`
    if (body && body.size > 0 && !kinds.has(body)) return void sniff(transfer, body, messages)
    const kind = body ? kinds.get(body) : undefined
    const running = run.status === null && transfer.result === null
    choose(messages, kind, running)
    fill(actions, body && body.size > 0 && saveButton(context, run, transfer, messages, kind))
    toolbar.hidden = !kind && !(running && messages.length > 0)
    if (views.value === 'headers') {
      const count = messages.reduce((sum, message) => sum + message.headers.length + 1, 0)
      return show(`${key} headers ${count} ${transfer.result}`, () => ({ element: headersView(messages), note: null }))
    }
    if (!body || body.size === 0 || !kind) return withoutBody(run, transfer, running, key)
    show(`${key} ${views.value} ${body.size}`, () => {
      const made = bodyView(body, kind, views.value)
      if (!transfer.cut) return made
      const note = `The link has only the first ${size(body.size)} of ${size(transfer.received)}.`
      return Promise.resolve(made).then((view) => ({ ...view, note }))
    })
  }

  async function sniff(transfer: Transfer, body: Blob, messages: readonly Message[]): Promise<void> {
    // if it cannot be read, the view shows the error
    const first = new Uint8Array(
      await body
        .slice(0, SNIFFED)
        .arrayBuffer()
        .catch(() => new ArrayBuffer(0)),
    )
    const type = (transfer.infos?.['CONTENT_TYPE'] as string | null) ?? header(finalResponse(messages), 'content-type')
    kinds.set(body, bodyKind(type, first))
    render()
  }

  function choose(messages: readonly Message[], kind: BodyKind | undefined, running: boolean): void {
    const possible: ViewName[] = []
    if (kind) {
      if (kind.kind === 'json' || kind.kind === 'markup') possible.push('pretty')
      if (kind.preview) possible.push('preview')
      if (kind.kind !== 'binary') possible.push('raw')
    } else if (running || messages.length === 0) possible.push('raw')
    if (messages.length > 0) possible.push('headers')
    if (kind) possible.push('hex')
    const isPicture = kind?.preview?.startsWith('image/')
    const best: ViewName | undefined = isPicture ? 'preview' : kind?.kind === 'binary' ? 'hex' : possible[0]
    views.value = asked && possible.includes(asked) ? asked : (best ?? 'raw')
    views.allow(possible)
  }

  function withoutBody(run: Run, transfer: Transfer, running: boolean, key: string): void {
    if (run.shared && transfer.received > 0)
      return nothing(`${key} shared`, () => empty('The body is not in the link', 'Run the command here to see it.'))
    if (running) {
      return nothing(`${key} running ${transfer.received}`, () =>
        empty(
          `${bytesText(transfer.received)} so far`,
          'The body is shown when the transfer has ended. The headers are already shown.',
        ),
      )
    }
    if (transfer.result)
      return nothing(`${key} failed`, () => empty('No body', 'The transfer failed before a body was received.'))
    nothing(`${key} empty`, () => empty('No body', 'The response has only headers.'))
  }

  live(store, panel, ['shown', 'runs', 'trace', 'body'], render)
  return panel
}

function bodyView(body: Blob, kind: BodyKind, view: ViewName): View | Promise<View> {
  if (view === 'hex') return { element: hexView(body), note: null }
  if (view === 'preview' && kind.preview) {
    return kind.preview === 'text/html' ? pageView(body, kind) : pictureView(body, kind.preview)
  }
  if (view === 'pretty' && kind.kind === 'json') return jsonView(body, kind)
  return textView(body, kind, view === 'pretty')
}

function withoutTransfers(run: Run): HTMLElement {
  if (run.status === null) return empty('Running', 'Nothing has been sent yet.')
  const how =
    run.status === 0
      ? 'The command ended without a transfer.'
      : `The command ended with status ${run.status}. The terminal shows why.`
  return empty('No transfer', how)
}

function saveButton(
  context: PanelContext,
  run: Run,
  transfer: Transfer,
  messages: readonly Message[],
  kind: BodyKind | undefined,
): HTMLElement {
  const name = downloadName({
    argv: run.argv,
    transfer: run.transfers.indexOf(transfer),
    disposition: header(finalResponse(messages), 'content-disposition'),
    url: urlOf(transfer),
    type: kind?.type ?? '',
  })
  return button('Download', () => context.download(name, transfer.body!), { title: `Save as ${name}` })
}

// --- the line on top ---

function toneOf(status: number): Tone {
  if (status >= 500) return 'bad'
  if (status >= 400) return 'warn'
  return status >= 300 ? 'plain' : 'good'
}

function summaryOf(run: Run, transfer: Transfer, messages: readonly Message[]): HTMLElement[] {
  const response = finalResponse(messages)
  const { infos, result } = transfer
  const [, version = '', status = '', reason = ''] = /^(HTTP\/\S+) (\d+) ?(.*)/.exec(response?.start ?? '') ?? []
  const running = run.status === null && result === null
  const stopped = !running && result === null
  const line = h(
    'p.status-line',
    null,
    status
      ? badge(toneOf(Number(status)), visible(`${version} ${status}${reason ? ` ${reason}` : ''}`, 120))
      : running
        ? badge('muted', 'running')
        : null,
    stopped && badge('muted', 'stopped'),
    response && h('span.detail', null, visible(typeOf(transfer, response) || 'no content type', 120)),
    (response || transfer.received > 0) && h('span.detail', null, sizesOf(transfer, response)),
    infos && h('span.detail', null, duration(Number(infos['TOTAL_TIME_T']) / 1000)),
    redirectsOf(messages),
  )
  const url = h('p.url', null, visible(urlOf(transfer), 500))
  return result ? [line, url, failure(transfer)] : [line, url]
}

function typeOf(transfer: Transfer, response: Message | undefined): string {
  return (transfer.infos?.['CONTENT_TYPE'] as string | null) ?? header(response, 'content-type') ?? ''
}

function sizesOf(transfer: Transfer, response: Message | undefined): string {
  const wire = Number(transfer.infos?.['SIZE_DOWNLOAD_T'] ?? 0)
  const coding = header(response, 'content-encoding')
  if (!coding || wire === 0 || wire === transfer.received) return size(transfer.received)
  return `${size(wire)} as ${coding.slice(0, 20)}, ${size(transfer.received)} decoded`
}

function redirectsOf(messages: readonly Message[]): HTMLElement | null {
  const redirects = messages.filter(({ kind, start }) => kind === 'response' && /^HTTP\/\S+ 30[12378]/.test(start))
  const followed = redirects.length - (redirects.at(-1) === finalResponse(messages) ? 1 : 0)
  return followed > 0 ? h('span.detail', null, `after ${plural(followed, 'redirect')}`) : null
}

/** Shows why a transfer has failed: curl's code, its meaning, and the last lines of the trace. */
function failure(transfer: Transfer): HTMLElement {
  const { name, meaning } = codeOf(transfer.result!)
  const texts = transfer.trace.filter(({ kind }) => kind === TEXT).slice(-LAST_WORDS)
  const words = texts.map(({ bytes }) => textOf(bytes).trimEnd())
  return callout(
    'bad',
    h('p', null, h('strong', null, `${name} (${transfer.result})`), ' ', meaning),
    words.length > 0 &&
      h(
        'pre.words',
        { tabindex: 0, role: 'group', 'aria-label': 'Last lines of the trace' },
        words.map((word) => h('div', null, visible(word, 500))),
      ),
  )
}

// --- headers ---

/** How many headers of one message are shown, because a server may send any number. */
const HEADERS = 300

function headersView(messages: readonly Message[]): HTMLElement {
  const said = messages.every(({ kind }) => kind === 'said')
  const list = h('div.messages', { tabindex: 0, role: 'group', 'aria-label': 'Headers' })
  if (said) {
    list.append(
      h(
        'ul.said',
        null,
        messages
          .slice(0, HEADERS)
          .map((message) => h('li', { 'data-direction': message.direction }, visible(message.start))),
      ),
    )
    return list
  }
  for (const message of messages) list.append(messageView(message))
  return list
}

const TITLES: Readonly<Record<Message['kind'], string>> = {
  request: 'Request',
  response: 'Response',
  trailers: 'Trailers',
  said: 'Line',
}

function messageView(message: Message): HTMLElement {
  const { kind, direction, start, headers, at, body } = message
  const raw = (): string =>
    [start, ...headers.map(({ name, value }) => `${name}: ${value}`), '']
      .filter((line, i) => i > 0 || line)
      .join('\r\n')
  const shown = headers.slice(0, HEADERS)
  return h(
    'article.message',
    { 'data-direction': direction },
    h(
      'header',
      null,
      h('span.arrow', { 'aria-hidden': 'true' }, direction === 'out' ? '\u2192' : '\u2190'),
      h('h3', null, TITLES[kind]),
      h('span.detail', null, `at ${duration(at)}`),
      body > 0 && h('span.detail', null, `body of ${size(body)}`),
      copyButton('Copy', raw, { 'aria-label': `Copy this ${TITLES[kind].toLowerCase()}` }),
    ),
    start && h('p.start', null, visible(start, 2000)),
    h(
      'table',
      null,
      h('caption.unseen', null, `${TITLES[kind]} headers`),
      h(
        'tbody',
        null,
        shown.map(({ name, value }) =>
          h('tr', null, h('th', { scope: 'row' }, visible(name, 200)), h('td', null, visible(value, 4000))),
        ),
      ),
    ),
    headers.length > HEADERS && h('p.note', null, `${headers.length - HEADERS} more headers. Copy includes them all.`),
  )
}
