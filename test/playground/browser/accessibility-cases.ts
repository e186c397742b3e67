// Accessibility: axe-core on every tab and every box, empty and filled, and the focus must be visible everywhere.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import { expect, it } from 'vitest'
import { archiveOf } from './format-cases.js'
import type { Setting } from './setting.js'
import { eventually, TAB_NAMES, type Visitor } from './visitor.js'

type At = () => Visitor

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds in the page as it is: rules, and the elements that break them. */
async function problems({ page }: Visitor): Promise<string[]> {
  // evaluated by the debugger, because the page's policy would forbid it
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
      resultTypes: ['violations'],
    }),
  )
  return (
    violations
      // a minor one is that a text area is a combobox, because xterm.js has a text area
      .filter(({ impact }) => impact !== 'minor')
      .flatMap(({ id, impact, nodes }) =>
        nodes.map(
          ({ html, any, all }) => `${impact} ${id}: ${[...any, ...all][0]?.message ?? ''} ${html.slice(0, 160)}`,
        ),
      )
  )
}

export function accessible(setting: Setting, at: At): void {
  const everywhere = async (which: string): Promise<void> => {
    const found: Record<string, string[]> = {}
    for (const name of TAB_NAMES) {
      await at().tab(name)
      found[name] = await problems(at())
    }
    expect(found, which).toEqual(Object.fromEntries(TAB_NAMES.map((name) => [name, []])))
    await at().tab('Terminal')
  }

  it('has no serious problem while it is empty', () => everywhere('empty'), 90_000)

  it('has no serious problem with content', async () => {
    const visitor = at()
    const { https, http } = setting.origin
    await visitor.run(`curl -sL '${https}/cookies/set?flavour=oat&max-age=3600' -o got.json`)
    await everywhere('https')
    await visitor.run(`curl -sSf ${http}/status/500`)
    for (const tab of ['Wire', 'Response'] as const) {
      await visitor.tab(tab)
      expect(await problems(visitor), tab).toEqual([])
    }
    await visitor.run(`curl -so waves.png ${http}/png`)
    await visitor.tab('Response')
    await visitor.views(async (view) => expect(await problems(visitor), view).toEqual([]))
    await visitor.tab('Terminal')
  }, 120_000)

  it('has no serious problem in its boxes', async () => {
    const visitor = at()
    await visitor.key('F1')
    await visitor.find('dialog', 'Keys')
    expect(await problems(visitor)).toEqual([])
    await visitor.key('Escape')
    await visitor.key('Alt', 'KeyR')
    await visitor.find('dialog', 'Relay')
    expect(await problems(visitor)).toEqual([])
    await visitor.key('Escape')
    await visitor.point(await visitor.find('button', 'Copy as'))
    await eventually(async () => expect(await visitor.shows('[role=menu]')).toBe(true))
    expect(await problems(visitor)).toEqual([])
    await visitor.key('Escape')
    await visitor.toTerminal()
    await visitor.paste(archiveOf(setting.origin.http, 3))
    await visitor.find('listbox', 'Requests')
    expect(await problems(visitor)).toEqual([])
    await visitor.key('Escape')
    await visitor.type('curl --pro')
    await visitor.key('Tab')
    await visitor.find('listbox', 'Completions')
    await visitor.key('ArrowDown')
    expect(await problems(visitor)).toEqual([])
    await visitor.key('Escape')
    await visitor.type('')
  }, 60_000)

  it('says how a run has ended, and what each part of the page is', async () => {
    const visitor = at()
    const { page } = visitor
    const said = (): Promise<string> => visitor.text('.unseen[aria-live=polite]')
    await visitor.run(`curl -s ${setting.origin.http}/status/204`)
    await eventually(async () => expect(await said()).toMatch(/^curl: done, status 204, after /))
    await visitor.run(`curl -sf ${setting.origin.http}/status/404`)
    await eventually(async () => expect(await said()).toMatch(/^curl: failed with exit status 22, status 404, after /))
    for (const name of TAB_NAMES) {
      await visitor.tab(name)
      const headings = await page.$$eval('h1, h2, h3', (all) =>
        all.filter((each) => each.checkVisibility()).map((each) => `${each.localName} ${each.textContent}`),
      )
      expect(headings).toContain(`h2 ${name}`)
    }
    await visitor.tab('Terminal')
  })

  it('puts the focus back where it was when a box is closed', async () => {
    const visitor = at()
    const focus = (): Promise<string | null> =>
      visitor.page.evaluate(
        () => document.activeElement!.getAttribute('aria-label') ?? document.activeElement!.textContent,
      )
    const closes = async (from: string): Promise<void> => {
      for (const [keys, box] of [
        [['F1'], 'dialog[open]'],
        [['Alt', 'KeyR'], '.relay-box'],
      ] as const) {
        await visitor.key(...keys)
        await eventually(async () => expect(await visitor.shows(box)).toBe(true))
        await eventually(async () => expect(await focus()).not.toBe(from))
        await visitor.key('Escape')
        await eventually(async () => expect(await visitor.shows(box)).toBe(false))
        await eventually(async () => expect([box, await focus()]).toEqual([box, from]))
      }
    }
    await visitor.toTerminal()
    await closes('Command line')
    // also when it is opened again at once
    await visitor.key('Alt', 'KeyR')
    await eventually(async () => expect(await visitor.shows('.relay-box')).toBe(true))
    const isInside = await visitor.page.evaluate(() => {
      const box = document.querySelector<HTMLElement>('.relay-box')!
      box.hidePopover()
      const init = { code: 'KeyR', key: 'r', altKey: true, bubbles: true, cancelable: true }
      document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', init))
      return box.contains(document.activeElement)
    })
    expect(isInside).toBe(true)
    await visitor.key('Escape')
    await eventually(async () => expect(await focus()).toBe('Command line'))
    await visitor.key('Alt', 'Digit4')
    await closes('Trace')
    await visitor.tab('Terminal')
  })

  it('shows where the focus is, wherever Tab leads', async () => {
    const visitor = at()
    const unseen: string[] = []
    for (const name of TAB_NAMES) {
      await visitor.tab(name)
      if (name === 'Terminal') await visitor.key('Escape')
      const seen = new Set<string>()
      for (let stop = 0; stop < 60; stop++) {
        await visitor.key('Tab')
        const { key, visible, terminal } = await visitor.page.evaluate(() => {
          const element = document.activeElement!
          const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element)
          const ringed = (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none'
          const { width, height } = element.getBoundingClientRect()
          return {
            key: element.outerHTML.slice(0, 160),
            // after the last element the focus goes to the browser's toolbar
            visible: element === document.body || (ringed && width > 0 && height > 0),
            terminal: element.closest('.console') !== null,
          }
        })
        if (terminal) await visitor.key('Escape')
        else if (!visible && !seen.has(key)) unseen.push(`${name}: ${key}`)
        if (seen.has(key) && stop > 20) break
        seen.add(key)
      }
    }
    expect(unseen).toEqual([])
    await visitor.tab('Terminal')
  }, 90_000)
}
