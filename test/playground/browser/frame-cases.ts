// The frame of the page: the relay, the theme, the keys, the splitter, the list of runs, and the layout on a phone.
import { expect, it } from 'vitest'
import { freePort } from '../../servers/listening.js'
import type { Setting } from './setting.js'
import { eventually, TAB_NAMES, type Visitor } from './visitor.js'

type At = () => Visitor

export function relays(setting: Setting, at: At): void {
  it('accepts another relay, and reports when one is down', async () => {
    const visitor = at()
    const open = (): Promise<void> =>
      visitor.manner.hand === 'keyboard'
        ? visitor.key('Alt', 'KeyR')
        : visitor.page.$('button.relay').then((button) => visitor.point(button!))
    const light = (): Promise<string | null> => visitor.page.$eval('.light', (each) => each.getAttribute('data-state'))
    const add = async (url: string): Promise<void> => {
      await visitor.fill(['textbox', 'URL of a relay'], url)
      if (visitor.manner.hand === 'keyboard') await visitor.key('Enter')
      else await visitor.press(['button', 'Add'])
    }
    await eventually(async () => expect(await light()).toMatch(/up|slow/))
    await open()
    await visitor.find('dialog', 'Relay')
    expect(await visitor.text('.relay-list')).toContain('this server')
    await add('ftp://nonsense')
    await eventually(async () =>
      expect(await visitor.text('[role=alert]')).toContain('the URL of a relay must begin with ws: or wss:'),
    )

    // browsers say so in the console
    visitor.expects(/WebSocket|can.t establish a connection|ERR_CONNECTION_REFUSED|ERR_UNSAFE_PORT/)
    const dead = `ws://127.0.0.1:${await freePort()}/`
    await add(dead)
    await eventually(async () => expect(await light()).toBe('down'))
    await eventually(async () =>
      expect(await visitor.text('[role=alert]')).toContain('cannot be reached, or is not a relay'),
    )
    await visitor.screenshot('relay-down')
    await visitor.key('Escape')
    expect(await visitor.run(`curl -sS ${setting.origin.http}/get`)).toMatchObject({ state: 'exit 7' })
    await visitor.reads('cannot be reached')

    await open()
    await add(`${setting.relay.url}/`)
    await eventually(async () => expect(await light()).toMatch(/up|slow/))
    await visitor.screenshot('relay')
    await visitor.key('Escape')
    const before = setting.relay.log.length
    expect(await visitor.run(`curl -sS ${setting.origin.http}/etag/elsewhere`)).toMatchObject({ state: 'ok' })
    await visitor.reads('"elsewhere"')
    expect(setting.relay.log.length).toBeGreaterThan(before)

    await open()
    for (const url of [dead, `${setting.relay.url}/`]) await visitor.press(['button', `Remove ${url}`])
    await eventually(async () => expect(await visitor.count('.relay-list input')).toBe(1))
    await eventually(async () => expect(await light()).toMatch(/up|slow/))
    await visitor.key('Escape')
  })
}

/** `wide`: there is room for both panes. */
export function frame(setting: Setting, at: At, wide: boolean): void {
  it('switches to the next theme, and remembers it', async () => {
    const visitor = at()
    const button = (await visitor.page.$('button[aria-label^="Theme:"]'))!
    const theme = (): Promise<string> => button.evaluate((each) => each.ariaLabel!)
    const background = (): Promise<string> =>
      visitor.page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const terminal = (): Promise<string> =>
      visitor.page.$eval('.console .xterm-screen', (each) => getComputedStyle(each.closest('.console')!).color)
    expect(await theme()).toBe('Theme: auto')
    await visitor.press(button)
    expect(await theme()).toBe('Theme: light')
    const [light, lightText] = [await background(), await terminal()]
    await visitor.press(button)
    expect(await theme()).toBe('Theme: dark')
    expect(await background()).not.toBe(light)
    expect(await terminal()).not.toBe(lightText)
    expect(await visitor.page.evaluate(() => localStorage.getItem('playground.theme'))).toBe('dark')
    await visitor.press(button)
    expect(await theme()).toBe('Theme: auto')
  })

  it('lists its keys, and closes the list', async () => {
    const visitor = at()
    if (visitor.manner.hand === 'keyboard') await visitor.key('F1')
    else await visitor.press(['button', 'Keys'])
    await visitor.find('dialog', 'Keys')
    await visitor.screenshot('keys')
    await (visitor.manner.hand === 'keyboard' ? visitor.key('Escape') : visitor.press(['button', 'Close']))
    await eventually(async () => expect(await visitor.shows('dialog.help')).toBe(false))
  })

  it('shows an earlier run again', async () => {
    const visitor = at()
    const { http } = setting.origin
    const first = await visitor.run(`curl -s ${http}/etag/earlier`)
    await visitor.run(`curl -s ${http}/etag/later`)
    await visitor.tab('Response')
    await visitor.panelSays('This is version "later"')
    const select = (await visitor.page.$('select[aria-label=Run]'))!
    if (visitor.manner.hand === 'keyboard') {
      await visitor.reach(select)
      await visitor.key('ArrowDown')
    } else await select.select(String(first.id))
    await visitor.panelSays('This is version "earlier"')
    await visitor.tab('Terminal')
  })

  // a phone has no splitter
  it.runIf(wide)('moves the splitter', async () => {
    const visitor = at()
    const divider = await visitor.page.$('[role=separator]')
    const value = (): Promise<number> => divider!.evaluate((each) => Number(each.getAttribute('aria-valuenow')))
    const before = await value()
    if (visitor.manner.hand === 'keyboard') {
      await visitor.reach(divider!)
      await visitor.key('ArrowLeft')
    } else {
      const { x, y, width, height } = (await divider!.boundingBox())!
      await visitor.page.mouse.move(x + width / 2, y + height / 2)
      await visitor.page.mouse.down()
      await visitor.page.mouse.move(x - 80, y + height / 2, { steps: 3 })
      await visitor.page.mouse.up()
    }
    expect(await value()).toBeLessThan(before)
    await visitor.point(divider!)
    await divider!.click({ count: 2 })
    expect(await value()).toBe(before)
  })
}

/** Elements of the bars that are beyond their right edge. */
export function outOfPlace({ page }: Visitor): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('header *, .foot *, .tools *, .summary *')]
      .filter((each) => each.checkVisibility() && !each.closest('.unseen, .chips, .tabs, .table-scroll, [popover]'))
      .filter((each) => {
        const edge = each.closest('header, .foot, .tools, .summary')!.getBoundingClientRect().right
        return each.getBoundingClientRect().right > Math.min(edge, innerWidth) + 1
      })
      .map((each) => each.outerHTML.slice(0, 120)),
  )
}

export function fits(_setting: Setting, at: At): void {
  it('can reach all tabs, and does not scroll sideways', async () => {
    const visitor = at()
    for (const name of TAB_NAMES) {
      await visitor.tab(name)
      const { wide, width } = await visitor.page.evaluate(() => ({
        wide: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
        width: innerWidth,
      }))
      expect(wide, name).toBeLessThanOrEqual(width)
      expect(width, name).toBe(visitor.manner.device.width)
      expect(await outOfPlace(visitor), name).toEqual([])
    }
    await visitor.tab('Terminal')
  })
}
