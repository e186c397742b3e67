// Attacks of a hostile origin have no effect on the page, and very large responses do not block it.
import { readdirSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { downloaded, type Setting } from './setting.js'
import { eventually, type RunLine, type Visitor } from './visitor.js'

type At = () => Visitor

const TITLE = 'curl playground'
const CLIPBOARD = 'what the user has copied'

/** Checks that no attack has had an effect. */
async function unharmed(visitor: Visitor): Promise<void> {
  const { page } = visitor
  const found = await page.evaluate(() => ({
    global: 'pwned' in globalThis,
    prototype: 'pwned' in Object.prototype,
    title: document.title,
    cookie: document.cookie,
    storage: JSON.stringify({ ...localStorage, ...sessionStorage }).includes('pwned'),
    // elements that the page does not create
    foreign: [
      ...document.querySelectorAll(
        'script:not([src]), base, object, embed, video, form[action], [onload], [onerror], [srcdoc], a[href^="javascript:"], a[href*=pwned], meta[http-equiv=refresh], link[href*=pwned]',
      ),
    ].map((each) => each.outerHTML.slice(0, 100)),
    scripts: document.scripts.length,
    sandboxed: [...document.querySelectorAll('iframe')].every((each) => each.getAttribute('sandbox') === ''),
    dialogs: document.querySelectorAll('dialog[open]').length,
    path: location.pathname + location.search,
  }))
  expect(found).toEqual({
    ...{ global: false, prototype: false, title: TITLE, cookie: '', storage: false, foreign: [], scripts: 1 },
    ...{ sandboxed: true, dialogs: 0, path: '/' },
  })
  expect(await visitor.clipboard()).toBe(CLIPBOARD)
  await eventually(() => expect(visitor.requests.filter((url) => /pwned\.example/.test(url))).toEqual([]))
  // nothing was typed, and the prompt is ours
  await eventually(async () => expect((await visitor.terminal()).split('\n').at(-1)).toBe('$'))
  expect((await page.browserContext().pages()).length).toBe(1)
}

export function hostiles(setting: Setting, at: At): void {
  const { http } = setting.origin
  const run = async (line: string): Promise<RunLine> => {
    const visitor = at()
    await visitor.setClipboard(CLIPBOARD)
    visitor.requests.length = 0
    return visitor.run(line)
  }
  /** Opens the run in every panel. */
  const lookAround = async (): Promise<void> => {
    const visitor = at()
    for (const tab of ['Wire', 'Trace', 'Timing', 'TLS', 'Cookies', 'Files', 'Response'] as const) {
      await visitor.tab(tab)
      if (tab === 'Response') await visitor.views(() => unharmed(visitor))
      await unharmed(visitor)
    }
    await visitor.tab('Terminal')
  }

  describe('the response of a hostile origin has no effect:', () => {
    it('terminal escapes, markup and deceptive characters in a text', async () => {
      const visitor = at()
      expect(await run(`curl -s ${http}/hostile`)).toMatchObject({ state: 'ok' })
      await visitor.reads('The end.')
      // the escapes are visible, and the terminal still has its cursor, its colours and its size
      await visitor.reads('[2J')
      await visitor.screenshot('hostile')
      await lookAround()
      // what was on the screen is still behind it
      await visitor.type('echo')
      await visitor.reads('$ echo')
      await visitor.type('')
    })

    it('the same in headers', async () => {
      expect(await run(`curl -sv ${http}/hostile/headers`)).toMatchObject({ state: 'ok' })
      await lookAround()
      expect(await run(`curl -sI --write-out '%{json}' ${http}/hostile/headers`)).toBeTruthy()
      await unharmed(at())
    })

    it.each(['html', 'svg', 'json'])('a document of type %s', async (type) => {
      const visitor = at()
      expect(await run(`curl -s ${http}/hostile/${type}`)).toMatchObject({ state: 'ok' })
      await lookAround()
      await visitor.tab('Response')
      if (type !== 'json') await visitor.press(['button', 'Preview'])
      if (type === 'html') {
        const frame = await visitor.page.waitForSelector('.panel.response iframe')
        await eventually(async () => expect((await frame!.contentFrame())!.url()).toMatch(/^blob:/))
        await visitor.screenshot('hostile-html')
      }
      await unharmed(visitor)
      await visitor.tab('Terminal')
    })

    it('names of files', async () => {
      const visitor = at()
      for (let name = 0; name < 9; name++) {
        await run(`curl -sOJ '${http}/hostile/filename?name=${name}'`)
        await unharmed(visitor)
      }
      expect(await run(`curl -s '${http}/hostile/filename?name=5'`)).toMatchObject({ state: 'ok' })
      await lookAround()
      await visitor.tab('Files')
      // all are below /home, and the settings of curl are unchanged
      const files = await visitor.panel()
      expect(files).not.toMatch(/\/etc\/pwned|\.\.\//)
      await visitor.type('cat .curlrc')
      await visitor.enter()
      await visitor.reads('cookie-jar = "/home/cookies.txt" $')
    })

    it('a download has a harmless name', async () => {
      const visitor = at()
      expect(await run(`curl -s '${http}/hostile/filename?name=0'`)).toMatchObject({ state: 'ok' })
      await visitor.tab('Response')
      await visitor.press(['button', 'Download'])
      // the browser adds an ending for the type of the content
      await downloaded(visitor, 'pwned.txt')
      expect(readdirSync(visitor.downloads)).toEqual(['pwned.txt'])
      await visitor.tab('Terminal')
    })

    it('the link of a run', async () => {
      const visitor = at()
      const evil = `<img src=x onerror=pwned=1></title><script>pwned=1</script>\x1b]52;c;cHduZWQ=\x07\u202e"'`
      const run = {
        ...{ v: 1, c: `curl 'javascript:pwned=1'`, s: 0, d: 1, w: 1, o: ['the body'] },
        t: [
          {
            ...{ u: `javascript:${evil}`, r: 7, s: 200, y: 'text/html', w: 9, n: 9, a: false, p: null },
            b: `<script>top.pwned=1</script>${evil}<meta http-equiv=refresh content="0;url=https://evil.example/">`,
            m: [
              [0, 0, `GET ${evil} HTTP/1.1`, 1, 0, [[evil, evil]]],
              [1, 1, `HTTP/1.1 200 ${evil}`, 2, 9, [[evil, evil], ['content-disposition', `attachment; filename="../${evil}"`]]], // prettier-ignore
            ],
            x: [[1, `SSL connection using ${evil} / ${evil}`], [1, `ALPN: server accepted ${evil}`], [2, evil]], // prettier-ignore
          },
        ],
      }
      await visitor.setClipboard(CLIPBOARD)
      await visitor.page.goto('about:blank')
      const hash = `#r=${deflateRawSync(JSON.stringify(run)).toString('base64url')}`
      await visitor.page.goto(setting.playground.url + hash, { waitUntil: 'domcontentloaded' })
      await visitor.loaded()
      await eventually(async () => expect(await visitor.text('.shared-notice')).toContain('It was not made here'))
      for (const view of ['Preview', 'Headers']) await visitor.press(['button', view])
      for (const tab of ['Wire', 'Trace', 'Timing', 'TLS', 'Compare', 'Response'] as const) await visitor.tab(tab)
      expect(await visitor.runs()).toEqual([])
      await visitor.tab('Terminal')
      await visitor.type('')
      await unharmed(visitor)
      await visitor.go(setting.playground.url)
      await visitor.loaded()
    })

    it('a link', async () => {
      const visitor = at()
      const command = `curl "javascript:pwned=1" '<img src=x onerror=pwned=1>' --url '</title><script>pwned=1</script>'`
      await visitor.setClipboard(CLIPBOARD)
      await visitor.go(`${setting.playground.url}#c=${encodeURIComponent(command)}`)
      await visitor.loaded()
      await visitor.reads(command)
      await visitor.type('')
      await unharmed(visitor)
    })
  })

  afterEach(() => at().requests.splice(0))
}

// --- large answers ---

/** How long the main thread may be blocked, in milliseconds. */
const STANDSTILL_MS = 1000
/** On a busy machine: how many times as long as with a small response. */
const TIMES = 3

interface Gaps {
  frame: number
  task: number
}

async function watch({ page }: Visitor): Promise<void> {
  await page.evaluate(() => {
    const gaps = ((globalThis as { gaps?: Gaps }).gaps = { frame: 0, task: 0 })
    let last = performance.now()
    const frame = (now: number): void => {
      gaps.frame = Math.max(gaps.frame, now - last)
      last = now
      requestAnimationFrame(frame)
    }
    requestAnimationFrame((now) => {
      last = now
      requestAnimationFrame(frame)
    })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) gaps.task = Math.max(gaps.task, duration)
    }).observe({ type: 'longtask' })
  })
}

const gaps = ({ page }: Visitor): Promise<Gaps> => page.evaluate(() => (globalThis as unknown as { gaps: Gaps }).gaps)

export function large(setting: Setting, at: At): void {
  const { away, origin } = setting
  const MB = 1 << 20
  it.each([
    ['noise', (mb: number) => `curl -so - ${origin.http}/bytes/${mb * MB}`],
    ['text', (mb: number) => `curl -s '${away.url}/text?${mb}'`],
    ['text without an end of line', (mb: number) => `curl -s '${origin.http}/hostile/long-line?bytes=${mb * MB}'`],
    ['JSON over TLS', (mb: number) => `curl -s '${away.url}/json?${mb}'`],
  ])(
    '50 MB of %s do not stop the page',
    async (what, line) => {
      const visitor = at()
      const small = await watched(visitor, line(5), /[45](\.\d)? MB/)
      const { task, frame } = await watched(visitor, line(50), /5[0-9](\.\d)? MB/)
      console.log(
        `50 MB of ${what}: the longest task took ${task.toFixed(0)} ms, the longest frame ${frame.toFixed(0)} ms; ` +
          `of 5 MB ${small.task.toFixed(0)} ms and ${small.frame.toFixed(0)} ms`,
      )
      expect(task).toBeLessThan(Math.max(STANDSTILL_MS, TIMES * small.task))
      expect(frame).toBeLessThan(Math.max(2 * STANDSTILL_MS, TIMES * small.frame))
    },
    90_000,
  )
}

/** Runs a line, and uses the page meanwhile and afterwards as a visitor does. */
async function watched(visitor: Visitor, line: string, size: RegExp): Promise<Gaps> {
  await visitor.tab('Trace')
  await watch(visitor)
  const before = (await visitor.lastRun())?.id ?? 0
  await visitor.type(line)
  await visitor.enter()
  // goes on typing elsewhere
  if (visitor.desktop) {
    await visitor.tab('Trace')
    const field = await visitor.find('searchbox', 'Filter the trace')
    await visitor.point(field)
    for (const letter of 'content') await visitor.page.keyboard.type(letter)
    expect(await field.evaluate((each) => (each as HTMLInputElement).value)).toBe('content')
    await field.evaluate((each) => {
      ;(each as HTMLInputElement).value = ''
      each.dispatchEvent(new Event('input'))
    })
  }
  expect(await visitor.ended(before, 60_000)).toMatchObject({ state: 'ok' })
  await visitor.reads('more (')
  for (const tab of ['Wire', 'Response'] as const) {
    await visitor.tab(tab)
    await visitor.panelSays(tab === 'Wire' ? 'The relay' : size)
  }
  for (const view of await visitor.page.$$('.segments[aria-label=View] button')) {
    await visitor.point(view)
    await eventually(async () => expect(await view.evaluate((each) => each.ariaPressed)).toBe('true'))
  }
  await visitor.type('still here')
  await visitor.type('')
  const seen = await gaps(visitor)
  await visitor.tab('Terminal')
  return seen
}
