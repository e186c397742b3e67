// A visitor that uses the page with a keyboard or a mouse: finds elements by their roles and names, waits for texts,
// and records the errors that the browser logs. It does not know the page's code.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, ElementHandle, KeyInput, Page } from 'puppeteer-core'
import { expect, vi } from 'vitest'
import type { BrowserName } from '../../browser/browsers.js'

export interface Device {
  name: 'desktop' | 'phone' | 'small phone'
  width: number
  height: number
  phone: boolean
}
export const DESKTOP: Device = { name: 'desktop', width: 1440, height: 900, phone: false }
export const PHONE: Device = { name: 'phone', width: 390, height: 844, phone: true }
export const SMALL_PHONE: Device = { name: 'small phone', width: 360, height: 640, phone: true }
export type Theme = 'light' | 'dark'
export type Hand = 'keyboard' | 'mouse'

export interface Manner {
  browser: BrowserName
  device: Device
  theme: Theme
  hand: Hand
}

/** A tab's name and the digit of its key. */
const TABS = [
  'Terminal',
  'Response',
  'Wire',
  'Trace',
  'Timing',
  'TLS',
  'Compare',
  'Cookies',
  'Files',
  'WebSocket',
] as const
export type TabName = (typeof TABS)[number]
export const TAB_NAMES: readonly TabName[] = TABS

/** How long to wait for anything, in milliseconds. Two cores may be busy with other tests. */
const PATIENCE_MS = 20_000
/** How many presses of Tab are enough to focus everything once. */
const STOPS = 120

const SCREENSHOTS = fileURLToPath(new URL('../../../build/screenshots/', import.meta.url))

/** Waits until an assertion passes. */
export function eventually<T>(check: () => T | Promise<T>, timeout = PATIENCE_MS): Promise<T> {
  return vi.waitFor(check, { timeout, interval: 25 })
}

/** An element, or the role and the name of one. */
type Target = ElementHandle<Element> | [role: string, name: string]

const bare = (text: string): string => text.replace(/\s+/g, '')

/** One run of curl in the page's list of runs. */
export interface RunLine {
  id: number
  /** 'running', 'ok', 'stopped' or 'exit 7'. */
  state: string
  text: string
}

/**
 * The first element in sight with a role and a name, by the parts of ARIA and of "Accessible Name and Description
 * Computation" that this page has. Runs in the page: Firefox has a command for this (browsingContext.locateNodes), but
 * it walks the accessibility tree and takes thirty times as long.
 */
function elementNamed(role: string, name: string): Element | null {
  const textOf = (element: Element | null): string => (element?.textContent ?? '').replace(/\s+/g, ' ').trim()
  const roleOf = (element: Element): string => {
    const explicit = element.getAttribute('role')
    if (explicit) return explicit
    if (element.matches('[type=checkbox], [type=radio]')) return (element as HTMLInputElement).type
    if (element.matches('[type=search]')) return 'searchbox'
    return element.matches('input, textarea') ? 'textbox' : element.localName
  }
  const nameOf = (element: Element): string => {
    const by = element.getAttribute('aria-labelledby')
    if (by)
      return by
        .split(/\s+/)
        .map((id) => textOf(document.getElementById(id)))
        .join(' ')
    const label = element.getAttribute('aria-label')
    if (label) return label
    if (element.matches('input, textarea')) return textOf((element as HTMLInputElement).labels?.[0] ?? null)
    return textOf(element) || (element.getAttribute('title') ?? '')
  }
  const all = [...document.querySelectorAll('[role], button, dialog, input, textarea')]
  const hidden = (element: Element): boolean =>
    !element.checkVisibility({ visibilityProperty: true }) || element.closest('[aria-hidden=true], [inert]') !== null
  return all.find((each) => roleOf(each) === role && nameOf(each) === name && !hidden(each)) ?? null
}

export class Visitor {
  readonly complaints: string[] = []
  /** URLs that the page has requested, and was allowed to. */
  readonly requests: string[] = []
  #expected: RegExp[] = []
  #closed = false

  private constructor(
    readonly page: Page,
    readonly manner: Manner,
    readonly downloads: string,
  ) {}

  /** A visitor with a page that is still empty. `downloads` is a folder. */
  static async arrive(context: Browser | BrowserContext, manner: Manner, downloads = ''): Promise<Visitor> {
    const page = await context.newPage()
    const visitor = new Visitor(page, manner, downloads)
    const { complaints, requests } = visitor
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
    page.on('pageerror', (error) => complaints.push(`error: ${String(error)}`))
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('popup', () => complaints.push('a window was opened'))
    page.on('request', (request) => requests.push(request.url()))
    // a request that a policy forbids is reported too, and then fails without a network error
    page.on('requestfailed', (request) => {
      if (request.failure() === null) requests.splice(requests.indexOf(request.url()), 1)
    })
    await page.evaluateOnNewDocument(() => {
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
        console.error(`not allowed: ${violatedDirective} ${blockedURI} ${sample}`),
      )
    })
    const { width, height, phone } = manner.device
    if (manner.browser === 'Chromium') {
      await page.setViewport({ width, height, isMobile: phone, hasTouch: phone })
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: manner.theme }])
    } else await page.setViewport({ width, height })
    return visitor
  }

  get desktop(): boolean {
    return !this.manner.device.phone
  }

  get #touches(): boolean {
    return this.manner.device.phone && this.manner.browser === 'Chromium'
  }

  /** Loads the page and waits until it can be used. */
  async go(url: string): Promise<this> {
    // because a browser loads nothing if only the hash changes
    await this.page.goto('about:blank')
    await this.page.goto(url, { waitUntil: 'domcontentloaded' })
    await eventually(async () => expect(await this.terminal()).toContain('$'))
    return this
  }

  /** Waits until the module is loaded. */
  async loaded(): Promise<this> {
    await eventually(async () => expect(await this.shows('.module')).toBe(false), 60_000)
    return this
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.page.close()
  }

  /** Expects errors that a browser logs itself and no page can prevent, for example of failed connections. */
  expects(...complaints: RegExp[]): void {
    this.#expected.push(...complaints)
  }

  /** Unexpected errors since the last call. */
  unexpected(): string[] {
    const found = this.complaints.splice(0).filter((complaint) => !this.#expected.some((each) => each.test(complaint)))
    this.#expected = []
    return found
  }

  // --- reading ---

  /** The visible rows of the terminal, without trailing blanks. */
  terminal(): Promise<string> {
    return this.page.evaluate(() => {
      const rows = [...document.querySelectorAll('.xterm-rows > div')]
      return rows
        .map((row) => (row.textContent ?? '').replaceAll('\u00a0', ' ').trimEnd())
        .join('\n')
        .trimEnd()
    })
  }

  /** Waits until the terminal shows a text, wherever it wraps. Blanks are ignored. */
  async reads(text: string): Promise<void> {
    await eventually(async () => expect(bare(await this.terminal())).toContain(bare(text)))
  }

  /** The visible text of the first element that a selector finds. */
  text(selector: string): Promise<string> {
    return this.page.evaluate(
      (selector) => document.querySelector<HTMLElement>(selector)?.innerText.replaceAll('\u00a0', ' ') ?? '',
      selector,
    )
  }

  /** The text of the visible panel. */
  panel(): Promise<string> {
    return this.text('.inspector [role=tabpanel]:not([hidden])')
  }

  /** Waits for a text in the visible panel. Blanks are ignored in a text, and a blank in a pattern matches any. */
  async panelSays(what: string | RegExp): Promise<void> {
    await eventually(async () => {
      const said = await this.panel()
      if (typeof what === 'string') expect(bare(said)).toContain(bare(what))
      else expect(said.replace(/\s+/g, ' ')).toMatch(what)
    })
  }

  /** Whether the element of a selector is visible. */
  shows(selector: string): Promise<boolean> {
    return this.page.evaluate((selector) => {
      const element = document.querySelector(selector)
      return element !== null && element.checkVisibility({ visibilityProperty: true })
    }, selector)
  }

  count(selector: string): Promise<number> {
    return this.page.evaluate((selector) => document.querySelectorAll(selector).length, selector)
  }

  /** All rows of a list that only has elements for the visible ones: for each row the texts of the selectors. */
  rows(list: string, ...cells: string[]): Promise<string[][]> {
    return this.page.evaluate(
      async (list, cells) => {
        const element = document.querySelector(list)!
        const found = new Map<number, string[]>()
        for (element.scrollTop = 0; ; element.scrollTop += Math.max(100, element.clientHeight)) {
          // the scroll event comes just before the next frame
          await new Promise(requestAnimationFrame)
          for (const row of element.querySelectorAll<HTMLElement>('[data-row]')) {
            const text = (selector: string): string =>
              [...row.querySelectorAll(selector)].map((cell) => cell.textContent ?? '').join(' ')
            found.set(Number(row.dataset['row']), cells.map(text))
          }
          if (element.scrollTop + element.clientHeight >= element.scrollHeight - 2) break
        }
        return [...found].sort(([a], [b]) => a - b).map(([, texts]) => texts)
      },
      list,
      cells,
    )
  }

  /**
   * Waits for the element with a role and a name: in Chromium's accessibility tree, in Firefox by the page's elements.
   */
  async find(role: string, name: string): Promise<ElementHandle<HTMLElement>> {
    const found =
      this.manner.browser === 'Chromium'
        ? await this.page.waitForSelector(`::-p-aria([name="${name}"][role="${role}"])`, { timeout: PATIENCE_MS })
        : await eventually(async () => {
            const element = (await this.page.evaluateHandle(elementNamed, role, name)).asElement()
            if (!element) throw new Error(`there is no ${role} named ${name}`)
            return element
          })
    return found as ElementHandle<HTMLElement>
  }

  async screenshot(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true })
    const { device, theme, browser } = this.manner
    const which = [name, device.name, theme, ...(browser === 'Firefox' ? ['firefox'] : [])].join('-')
    await this.page.screenshot({ path: `${SCREENSHOTS}${which}.png` })
  }

  // --- acting ---

  async key(...keys: KeyInput[]): Promise<void> {
    const held = keys.slice(0, -1)
    for (const each of held) await this.page.keyboard.down(each)
    await this.page.keyboard.press(keys.at(-1)!)
    for (const each of held.reverse()) await this.page.keyboard.up(each)
  }

  /** Types text at the focus, all at once. */
  async write(text: string): Promise<void> {
    if (this.manner.browser === 'Chromium') await this.page.keyboard.sendCharacter(text)
    else if (text !== '') await this.page.keyboard.type(text)
  }

  /** Activates an element by a click, a tap or Enter. */
  press(what: Target): Promise<void> {
    return this.#upon(what, async (element) => {
      if (this.manner.hand === 'mouse') return this.point(element)
      await this.reach(element)
      await this.key(await element.evaluate((each) => (each.matches('[type=checkbox], [type=radio]') ? ' ' : 'Enter')))
    })
  }

  /** Does something with an element. One with a name is found again if the page has redrawn it meanwhile. */
  async #upon(what: Target, act: (element: ElementHandle<Element>) => Promise<void>): Promise<void> {
    if (!Array.isArray(what)) return act(what)
    for (;;) {
      const element = await this.find(...what)
      try {
        return await act(element)
      } catch (error) {
        if (await element.evaluate((each) => each.isConnected)) throw error
      }
    }
  }

  async point(element: ElementHandle<Element>): Promise<void> {
    await element.evaluate((each) => each.scrollIntoView({ block: 'nearest', inline: 'nearest' }))
    if (this.#touches) await element.tap()
    else await element.click()
  }

  /** Moves the focus by keyboard: Tab, and arrow keys within groups that have only one tab stop. */
  async reach(element: ElementHandle<Element>): Promise<void> {
    const inTerminal = await this.page.evaluate(() => document.activeElement?.closest('.console') != null)
    // closes completions first, then lets Tab leave
    if (inTerminal) await this.key('Escape')
    if (inTerminal) await this.key('Escape')
    for (let stop = 0; stop < STOPS; stop++) {
      const next = await element.evaluate((each): 'there' | 'ArrowRight' | 'ArrowDown' | 'Tab' | 'back' => {
        const { activeElement } = document
        if (!each.isConnected) throw new Error('it is gone')
        if (activeElement === each) return 'there'
        const group = each.closest('[role=tablist], [role=toolbar], [role=menu]')
        if (!group || !group.contains(activeElement)) {
          // never beyond the end, because after that Firefox with BiDi cannot press buttons any more
          const before = activeElement!.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_PRECEDING
          return before && activeElement !== document.body ? 'back' : 'Tab'
        }
        return group.matches('[role=menu]') ? 'ArrowDown' : 'ArrowRight'
      })
      if (next === 'there') return
      await (next === 'back' ? this.key('Shift', 'Tab') : this.key(next))
    }
    throw new Error(`no key leads to ${await element.evaluate((each) => each.outerHTML.slice(0, 200))}`)
  }

  /** Fills a field. */
  fill(what: Target, text: string): Promise<void> {
    return this.#upon(what, async (field) => {
      if (this.manner.hand === 'mouse') await this.point(field)
      else await this.reach(field)
      await field.evaluate((each) => (each as HTMLInputElement).select())
      if (text === '') await this.key('Backspace')
      else await this.write(text)
    })
  }

  /** Chooses a tab, by keyboard with its keys. */
  async tab(name: TabName): Promise<void> {
    if (this.manner.hand === 'keyboard') await this.key('Alt', `Digit${(TABS.indexOf(name) + 1) % 10}` as KeyInput)
    else if (name !== 'Terminal' || !this.desktop) await this.press(['tab', name])
    if (name === 'Terminal') return
    await eventually(async () => expect(await this.text('[role=tab][aria-selected=true]')).toBe(name))
  }

  /** Puts the focus into the command line. */
  async toTerminal(): Promise<void> {
    await this.tab('Terminal')
    if (this.manner.hand === 'mouse') await this.point((await this.page.$('.console .xterm-screen'))!)
    await eventually(async () =>
      expect(await this.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Command line'),
    )
  }

  /** Replaces what is at the prompt. */
  async type(line: string): Promise<void> {
    await this.toTerminal()
    await this.key('Control', 'KeyE')
    await this.key('Control', 'KeyU')
    await this.write(line)
    await this.prompts(line)
  }

  /** Waits until a line is at the prompt. */
  async prompts(line: string): Promise<void> {
    const end = bare(`$ ${line}`).slice(-200)
    await eventually(async () => expect(bare(await this.terminal()).slice(-end.length)).toBe(end))
  }

  /** Pastes at the focus, as Ctrl-V does. */
  async paste(text: string): Promise<void> {
    await this.setClipboard(text)
    await this.page.keyboard.down('Control')
    // Chromium's debugger needs the command of the keys
    await this.page.keyboard.press('KeyV', this.manner.browser === 'Chromium' ? { commands: ['Paste'] } : {})
    await this.page.keyboard.up('Control')
  }

  setClipboard(text: string): Promise<void> {
    return this.page.evaluate((text) => navigator.clipboard.writeText(text), text)
  }

  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText())
  }

  /** Calls `look` in each of the views of a body. */
  async views(look: (name: string) => Promise<void>): Promise<void> {
    const names = (): Promise<string[]> =>
      this.page.$$eval('.panel.response .tools:not([hidden]) .segments button', (all) =>
        all.map((each) => each.innerText),
      )
    await eventually(async () => {
      const first = await names()
      expect(first).toContain('Hex')
      // the views are known a few frames later, when the body has been read
      await this.page.evaluate(async () => {
        for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame)
      })
      expect(await names()).toEqual(first)
    })
    for (const name of await names()) {
      await this.press(['button', name])
      const pressed = '.panel.response .segments [aria-pressed=true]'
      await eventually(async () => expect(await this.text(pressed)).toBe(name))
      await look(name)
    }
  }

  // --- runs ---

  /** The runs of the page, newest first. */
  async runs(): Promise<RunLine[]> {
    const options = await this.page.evaluate(() =>
      [...document.querySelectorAll<HTMLOptionElement>('select[aria-label=Run] option')].map(
        (each) => each.textContent,
      ),
    )
    return options.flatMap((option) => {
      const [, id, state, text] = /^(\d+) · ([^·]+?) ·(?: [^·]+ ·)? (.*)$/s.exec(option ?? '') ?? []
      return id ? [{ id: Number(id), state: state!, text: text! }] : []
    })
  }

  async lastRun(): Promise<RunLine | undefined> {
    return (await this.runs())[0]
  }

  /** Enters what is at the prompt: by the key or by the button. */
  async enter(): Promise<void> {
    if (this.manner.hand === 'keyboard') return this.key('Enter')
    await this.point((await this.page.$('.foot .run'))!)
  }

  /** Stops what runs, by the key or by the button. */
  async stop(): Promise<void> {
    await this.tab('Terminal')
    if (this.manner.hand === 'keyboard') return this.key('Control', 'KeyC')
    await this.point((await this.page.$('.foot .run'))!)
  }

  /** Waits until the run after number `after` has ended, and all of its output is shown. */
  async ended(after: number, patience = PATIENCE_MS): Promise<RunLine> {
    const run = await eventually(async () => {
      const run = await this.lastRun()
      expect(run?.id ?? 0).toBeGreaterThan(after)
      expect(run!.state).not.toBe('running')
      return run!
    }, patience)
    await eventually(async () => expect((await this.terminal()).split('\n').at(-1)).toMatch(/^\$/), patience)
    return run
  }

  /** Enters a line of the terminal's own commands, and waits for the next prompt. */
  async command(line: string): Promise<void> {
    await this.type(line)
    await this.enter()
    await this.prompts('')
  }

  /** Runs a line of one curl and waits for its end. */
  async run(line: string, patience = PATIENCE_MS): Promise<RunLine> {
    const before = (await this.lastRun())?.id ?? 0
    await this.type(line)
    await this.enter()
    return this.ended(before, patience)
  }
}
