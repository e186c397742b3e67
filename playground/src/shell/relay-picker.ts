// Shows which relay the page uses and its state, as a button with a light. The button opens a list to choose another.
import { h } from '../dom.js'
import type { RelayState, Store } from '../model.js'
import type { Question } from '../worker/protocol.js'
import { socketUrl } from './config.js'
import { icon } from './icons.js'
import { popover } from './popover.js'
import { recall, remember } from './settings.js'

/** How often the relay is probed, and which round trip counts as slow, in milliseconds. */
const INTERVAL_MS = 30_000
const SLOW_MS = 400

export interface RelayOptions {
  store: Store
  /** The relay of the server that this page comes from, or '' for none. */
  own: string
  ask: (question: Question) => Promise<unknown>
}

export class RelayPicker {
  readonly element: HTMLElement
  readonly #options: RelayOptions
  readonly #light = h('span.light', { 'aria-hidden': 'true' })
  readonly #name = h('span.relay-name')
  readonly #state = h('span.relay-state')
  /** The state that the light shows, for screen readers. */
  readonly #up = h('span.unseen', null, 'up, ')
  readonly #list = h('div.relay-list', { role: 'radiogroup', 'aria-label': 'Relays' })
  readonly #input = h('input', {
    ...{ type: 'text', inputmode: 'url', placeholder: 'wss://relay.example/', 'aria-label': 'URL of a relay' },
    ...{ autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', 'aria-describedby': 'relay-problem' },
  })
  readonly #problem = h('p.problem', { id: 'relay-problem', role: 'alert' })
  readonly #button: HTMLButtonElement
  /** Opens the list. */
  readonly open: () => void
  #added: string[]
  #probes = 0

  constructor(options: RelayOptions) {
    this.#options = options
    this.#added = stored()
    this.#button = h('button.relay', { type: 'button', title: 'The relay carries the bytes, and sees only ciphertext' })
    const prefix = h('span.unseen', null, 'Relay: ')
    this.#button.append(this.#light, prefix, this.#name, ' ', this.#up, this.#state, icon('chevron'))
    const form = h(
      'form.row',
      { onsubmit: (event: Event) => this.#submitted(event) },
      this.#input,
      h('button', { type: 'submit' }, 'Add'),
    )
    const explained = h(
      'p.note',
      null,
      'A page cannot open sockets, so a relay carries its bytes. TLS ends in this page, so the relay sees only ciphertext.',
    )
    const { box, open } = popover(
      this.#button,
      { label: 'Relay', role: 'dialog', opened: () => this.#fill() },
      explained,
    )
    box.append(this.#list, form, this.#problem)
    box.classList.add('relay-box')
    this.open = open
    this.element = h('div.relay-picker', null, this.#button, box)
    const last = recall('relay')
    const { own } = options
    this.#choose(last !== null && this.#all.includes(last) ? last : own || this.#added[0] || '')
    options.store.on('relay', () => this.#show())
    setInterval(() => document.visibilityState === 'visible' && void this.probe(), INTERVAL_MS)
  }

  get #all(): string[] {
    return [...new Set([this.#options.own, ...this.#added])].filter((url) => url !== '')
  }

  /** Shows that a connection to a relay was lost, and probes the relay, because it may still be up. */
  lost(url: string, reason: string): void {
    const { relay } = this.#options.store.state
    if (relay.url !== url) return
    Object.assign(relay, { state: 'down', rtt: null, detail: reason })
    this.#options.store.changed('relay')
    void this.probe()
  }

  /** Checks whether the chosen relay answers, and how fast. */
  async probe(): Promise<void> {
    const { relay } = this.#options.store.state
    const { url } = relay
    if (url === '') return
    const probe = ++this.#probes
    const tell = (state: RelayState, rtt: number | null, detail: string): void => {
      if (probe !== this.#probes) return
      Object.assign(relay, { state, rtt, detail })
      this.#options.store.changed('relay')
    }
    if (relay.state === 'unknown') tell('connecting', null, '')
    try {
      tell('up', Number(await this.#options.ask({ ask: 'probe', relay: url })), '')
    } catch (error) {
      tell('down', null, (error as Error).message)
    }
  }

  #choose(url: string): void {
    remember('relay', url === this.#options.own ? null : url)
    Object.assign(this.#options.store.state.relay, { url, state: 'unknown', rtt: null, detail: '' })
    this.#options.store.changed('relay')
    this.#show()
    void this.probe()
  }

  #show(): void {
    const { url, state, rtt, detail } = this.#options.store.state.relay
    const slow = state === 'up' && rtt !== null && rtt > SLOW_MS
    const words = {
      unknown: '',
      connecting: 'connecting',
      up: `${Math.max(1, Math.round(rtt ?? 0))} ms`,
      down: 'down',
    }[state]
    this.#light.dataset['state'] = url === '' ? 'none' : slow ? 'slow' : state
    this.#name.textContent = url === '' ? 'No relay' : shortened(url)
    this.#state.textContent = url === '' ? 'choose one' : slow ? `slow, ${words}` : words
    this.#up.hidden = state !== 'up'
    this.#button.title = detail || 'The relay carries the bytes, and sees only ciphertext'
    this.#problem.textContent = state === 'down' ? `${shortened(url)}: ${detail}` : ''
  }

  #fill(): void {
    const { url: current } = this.#options.store.state.relay
    this.#list.replaceChildren(
      ...this.#all.map((url) => {
        const radio = h('input', {
          ...{ type: 'radio', name: 'relay', value: url, '.checked': url === current },
          onchange: () => this.#choose(url),
        })
        const own = url === this.#options.own
        const remove = h(
          'button.quiet',
          { type: 'button', 'aria-label': `Remove ${url}`, onclick: () => this.#remove(url) },
          icon('close'),
        )
        return h(
          'div.relay-item',
          null,
          h('label', null, radio, h('span.url', null, url), own && h('span.detail', null, 'this server')),
          !own && remove,
        )
      }),
    )
  }

  #submitted(event: Event): void {
    event.preventDefault()
    let url: string
    try {
      const typed = this.#input.value.trim()
      if (typed === '') throw new TypeError('enter the URL of a relay')
      url = socketUrl(/^[a-z]+:/i.test(typed) ? typed : `wss://${typed}`)
      if (!new URL(url).pathname.endsWith('/')) url += '/'
    } catch (error) {
      this.#problem.textContent =
        error instanceof TypeError && /relay/.test(error.message) ? error.message : 'this is not a URL'
      this.#input.setAttribute('aria-invalid', 'true')
      return this.#input.focus()
    }
    this.#input.removeAttribute('aria-invalid')
    this.#input.value = ''
    if (!this.#all.includes(url)) this.#added.push(url)
    remember('relays', JSON.stringify(this.#added))
    this.#choose(url)
    this.#fill()
  }

  #remove(url: string): void {
    this.#added = this.#added.filter((each) => each !== url)
    remember('relays', JSON.stringify(this.#added))
    if (this.#options.store.state.relay.url === url) this.#choose(this.#all[0] ?? '')
    this.#fill()
    this.#input.focus()
  }
}

function shortened(url: string): string {
  const { host, pathname } = new URL(url)
  return host + (pathname === '/' || pathname === '/relay/' ? '' : pathname)
}

function stored(): string[] {
  try {
    const list: unknown = JSON.parse(recall('relays') ?? '[]')
    return Array.isArray(list) ? list.filter((url) => typeof url === 'string').map(socketUrl) : []
  } catch {
    return []
  }
}
