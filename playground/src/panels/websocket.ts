// The WebSocket panel: a console that sends and shows frames. It uses this project's libcurl through the relay, and not
// the browser's WebSocket. It loads libcurl when it is first used.
import workerUrl from '../worker/websocket.ts?worker&url'
import { append, fill, h, type Child } from '../dom.js'
import type { FrameKind, FromSocket, ToSocket } from '../worker/websocket-protocol.js'
import { handshakeOf } from './certificates.js'
import { live, type PanelContext } from './context.js'
import { duration, size } from './format.js'
import { closePayload, parseHex, parseSubprotocols, readClose } from './frames.js'
import { asciiOf, hexOf } from './hex.js'
import { badge, button, choice, copyButton, empty } from './parts.js'
import { isText } from './printable.js'
import { rows, type Rows } from './rows.js'
import { textOf, visible, visibleString } from './text.js'

interface Entry {
  at: number
  direction: 'in' | 'out' | 'none'
  kind: string
  size: number
  bytes: Uint8Array
  /** The text of its row. */
  text: string
}

type State = 'closed' | 'loading' | 'connecting' | 'open' | 'closing'
type Sending = 'text' | 'binary' | 'ping' | 'close'

/** How many frames are kept. */
const KEPT = 5000
const PLACEHOLDERS: Readonly<Record<Sending, string>> = {
  text: 'A message. Enter sends it, Shift+Enter starts a new line',
  binary: 'Bytes as hex: 00 ff 7f',
  ping: 'Text that the pong will repeat, or nothing',
  close: '1000 and a reason, or nothing',
}
const STATES: Readonly<Record<State, string>> = {
  closed: 'Not connected',
  loading: 'Loading libcurl',
  connecting: 'Connecting',
  open: 'Connected',
  closing: 'Closing',
}

export function websocketPanel(context: PanelContext): HTMLElement {
  const { store, config } = context
  let state: State = 'closed'
  let worker: { relay: string; port: Worker } | null = null
  let entries: Entry[] = []
  let texts: string[] = []
  let subprotocol: string | null = null
  let begun = 0
  let selected: Entry | null = null

  const sample = config.origin ? `${config.origin.wss}/echo` : 'wss://echo.websocket.org/'
  const url = h('input.url-field', {
    type: 'url',
    '.value': sample,
    'aria-label': 'WebSocket URL',
    spellcheck: 'false',
    autocomplete: 'off',
    autocapitalize: 'off',
    required: true,
  })
  const names = h('input.names', {
    type: 'text',
    placeholder: 'Subprotocols',
    'aria-label': 'Subprotocols',
    spellcheck: 'false',
    autocomplete: 'off',
    autocapitalize: 'off',
  })
  const go = h('button.primary', { type: 'submit' }, 'Connect')
  const form = h('form.tools', { onsubmit: (event: Event) => (event.preventDefault(), connectOrNot()) }, url, names, go)
  const status = h('div.socket-status', { role: 'status' })
  const nothing = h(
    'div.content',
    null,
    empty(
      'A WebSocket by libcurl',
      'Connect to see every frame here: those that you send and receive, pings, and the close.',
    ),
  )
  const list: Rows = rows({ label: 'Frames', role: 'table', follow: true, render: (index) => rowOf(entries[index]!) })
  const detail = h('div.frame-detail')
  const sending = choice<Sending>(
    'Kind of frame',
    [
      ['text', 'Text'],
      ['binary', 'Binary'],
      ['ping', 'Ping'],
      ['close', 'Close'],
    ],
    'text',
    () => typed(),
  )
  const box = h('textarea', { rows: 2, 'aria-label': 'Payload', spellcheck: 'false', autocapitalize: 'off' })
  const send = h('button.primary', { type: 'submit' }, 'Send')
  const hint = h('p.advice', { role: 'status' })
  const composer = h(
    'form.composer',
    { onsubmit: (event: Event) => (event.preventDefault(), submit()) },
    sending.element,
    h('div.compose-line', null, box, send),
    hint,
  )
  const clear = button('Clear', () => ((entries = []), (selected = null), render()))
  const panel = h('div.panel.websocket', null, form, status, nothing, list.element, detail, composer)

  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    submit()
  })
  box.addEventListener('input', () => fill(hint))

  // --- the connection ---

  function port(relay: string): Worker {
    if (worker?.relay === relay) return worker.port
    worker?.port.terminate()
    const made = context.createWorker?.(workerUrl) ?? new Worker(workerUrl, { type: 'module', name: 'websocket' })
    made.onmessage = ({ data }: MessageEvent<FromSocket>) => heard(data)
    made.onerror = () => ended('The Worker could not be started.')
    worker = { relay, port: made }
    return made
  }
  const tell = (message: ToSocket): void => worker?.port.postMessage(message)

  function connectOrNot(): void {
    if (state === 'open') {
      state = 'closing'
      tell({ type: 'send', kind: 'close', payload: Uint8Array.of(0x03, 0xe8) })
    } else if (state !== 'closed') tell({ type: 'cut' })
    else connect()
    render()
  }

  function connect(): void {
    const subprotocols = parseSubprotocols(names.value)
    const target = url.value.trim()
    if (!URL.canParse(target) || !/^wss?:$/.test(new URL(target).protocol))
      return refuse(url, 'The URL of a WebSocket must begin with ws: or wss:.')
    if (!subprotocols) return refuse(names, 'Subprotocols must be names without spaces, separated by commas.')
    const relay = store.state.relay.url || config.relay
    if (!relay) return refuse(url, 'Choose a relay first: the connection goes through it.')
    fill(hint)
    state = 'loading'
    begun = performance.now()
    texts = []
    subprotocol = null
    log('none', 'connect', target)
    const order: ToSocket = { type: 'connect', url: target, relay, ca: config.ca ?? null, subprotocols }
    try {
      port(relay).postMessage(order)
    } catch (error) {
      ended(`The Worker could not be started: ${(error as Error).message}`)
    }
  }

  function refuse(field: HTMLElement, why: string): void {
    fill(hint, why)
    field.focus()
  }

  function ended(error: string | null): void {
    state = 'closed'
    log('none', error ? 'error' : 'closed', error ?? 'The connection has ended.')
    render()
  }

  function heard(message: FromSocket): void {
    switch (message.type) {
      case 'connecting':
        state = 'connecting'
        break
      case 'open':
        state = 'open'
        subprotocol = message.subprotocol
        log('none', 'open', message.headers[0] ?? '')
        if (document.activeElement === go || document.activeElement === url) box.focus()
        break
      case 'said':
        texts.push(message.text)
        return
      case 'refused':
        fill(hint, ...visible(message.message, 300))
        break
      case 'closed':
        return ended(message.error && `${message.error.code} ${message.error.message}`)
      case 'frame': {
        const { direction, kind, final, bytes } = message
        entries.push({
          at: performance.now() - begun,
          direction,
          kind: final ? kind : `${kind} \u2026`,
          size: message.size,
          bytes,
          text: summary(kind, bytes),
        })
        if (kind === 'close' && direction === 'in' && state === 'open') state = 'closing'
      }
    }
    render()
  }

  function log(direction: Entry['direction'], kind: string, text: string): void {
    entries.push({ at: performance.now() - begun, direction, kind, size: 0, bytes: new Uint8Array(0), text })
  }

  // --- sending ---

  function typed(): void {
    box.placeholder = PLACEHOLDERS[sending.value]
    fill(hint)
    box.focus()
  }

  function submit(): void {
    if (state !== 'open') return void fill(hint, 'Connect first.')
    const payload = payloadOf(sending.value, box.value)
    if (typeof payload === 'string') return void fill(hint, payload)
    if (sending.value === 'close') state = 'closing'
    tell({ type: 'send', kind: sending.value, payload })
    box.value = ''
    render()
  }

  // --- drawing ---

  function render(): void {
    if (entries.length > KEPT) entries = entries.slice(-KEPT)
    const tls = handshakeOf(texts)
    fill(
      status,
      badge(state === 'open' ? 'good' : 'muted', STATES[state]),
      tls?.version
        ? badge('secret', `${tls.version}, ${tls.cipher}`)
        : state === 'open'
          ? badge('plain', 'not encrypted')
          : null,
      subprotocol && h('span.detail', null, 'subprotocol ', visible(subprotocol, 60)),
      entries.length > 0 && clear,
    )
    fill(go, state === 'closed' ? 'Connect' : state === 'open' ? 'Disconnect' : 'Cancel')
    go.classList.toggle('primary', state === 'closed')
    send.disabled = state !== 'open'
    list.element.hidden = entries.length === 0
    nothing.hidden = entries.length > 0
    list.update(entries.length)
    detail.hidden = selected === null
    if (selected) fill(detail, detailOf(selected))
  }

  function rowOf(entry: Entry): HTMLElement {
    const { at, direction, kind, text } = entry
    const sign = direction === 'out' ? '\u2192' : direction === 'in' ? '\u2190' : ''
    const words = visible(text, 300)
    return h(
      'div.line.frame-row',
      { 'data-direction': direction, 'data-kind': kind, 'aria-selected': entry === selected ? 'true' : undefined },
      h('span.time', { role: 'cell' }, at < 100_000 ? at.toFixed(0) : duration(at)),
      h(
        'span.arrow',
        { role: 'cell', 'aria-label': direction === 'out' ? 'sent' : direction === 'in' ? 'received' : undefined },
        sign,
      ),
      h('span.kind', { role: 'cell' }, kind),
      h('span.size', { role: 'cell' }, direction === 'none' ? '' : size(entry.size)),
      h(
        'span.words',
        { role: 'cell' },
        entry.bytes.length > 0
          ? h(
              'button.unfold',
              { type: 'button', onclick: () => ((selected = entry === selected ? null : entry), render()) },
              words,
            )
          : words,
      ),
    )
  }

  function detailOf({ kind, bytes, size: whole, direction }: Entry): Child {
    const text = isText(bytes) && kind !== 'close' ? textOf(bytes) : null
    const body = h('pre.words', { tabindex: 0, role: 'group', 'aria-label': 'Payload' })
    if (text !== null) for (const line of text.split('\n')) append(body, [...visible(line), '\n'])
    else
      for (let at = 0; at < Math.min(bytes.length, 4096); at += 16)
        append(body, `${hexOf(bytes.subarray(at, at + 16), 16)}  ${asciiOf(bytes.subarray(at, at + 16))}\n`)
    const close = button('Close', () => ((selected = null), render()))
    return [
      h(
        'header',
        null,
        h('h3', null, `${direction === 'out' ? 'Sent' : 'Received'} ${kind}, ${size(whole)}`),
        bytes.length < whole && badge('muted', `first ${size(bytes.length)}`),
        copyButton('Copy', () => text ?? hexOf(bytes)),
        close,
      ),
      body,
    ]
  }

  box.placeholder = PLACEHOLDERS.text
  live(store, panel, ['relay'], render)
  return panel
}

function summary(kind: FrameKind, bytes: Uint8Array): string {
  if (kind === 'close') return readClose(bytes)
  const first = bytes.subarray(0, 400)
  return kind === 'text' || isText(first) ? textOf(first) : hexOf(first.subarray(0, 48))
}

function payloadOf(kind: Sending, text: string): Uint8Array | string {
  if (kind === 'binary') return parseHex(text) ?? 'Type binary data as hex, with two digits for each byte.'
  if (kind === 'close')
    return (
      closePayload(text) ??
      'A close needs a code from 1000 to 4999 that is not reserved, and a reason of at most 123 bytes.'
    )
  const bytes = new TextEncoder().encode(text)
  return kind === 'ping' && bytes.length > 125
    ? `A ping can have at most 125 bytes, but this has ${visibleString(String(bytes.length))}.`
    : bytes
}
