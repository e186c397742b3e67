// The panels next to the terminal: what the relay sees, the trace, times, responses, TLS, files, cookies and
// WebSockets.
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ElementHandle } from 'puppeteer-core'
import { expect, it } from 'vitest'
import { downloaded, type Setting } from './setting.js'
import { eventually, type Visitor } from './visitor.js'

type At = () => Visitor

// --- what the relay sees ---

interface Sides {
  curl: string
  relay: string
}

/** The whole text of both sides of the wire panel, with everything unfolded. */
async function sides(visitor: Visitor): Promise<Sides> {
  await visitor.page.evaluate(async () => {
    const list = document.querySelector('.panel.wire .rows')!
    for (list.scrollTop = 0; ; list.scrollTop += Math.max(100, list.clientHeight)) {
      await new Promise(requestAnimationFrame)
      for (let more; (more = list.querySelector<HTMLElement>('.cell button'));) more.click()
      if (list.scrollTop + list.clientHeight >= list.scrollHeight - 2) return
    }
  })
  const sided = await visitor.count('.panel.wire .cell[data-side]')
  const cells = sided > 0 ? ['[data-side=curl]', '[data-side=relay] .ascii'] : [':nth-child(2)', ':nth-child(4) .ascii']
  const [curl, relay] = cells.map((cell) => `.cell${cell}`) as [string, string]
  const rows = await visitor.rows('.panel.wire .rows', curl, relay)
  return { curl: rows.map((row) => row[0]).join(''), relay: rows.map((row) => row[1]).join('') }
}

const WORDS = 'words-that-are-said-in-private'

export function wire(setting: Setting, at: At): void {
  it('shows that the relay cannot read https, except for the name of the server', async () => {
    const visitor = at()
    expect(await visitor.run(`curl -s -d ${WORDS} '${setting.origin.https}/post?q=${WORDS}'`)).toMatchObject({
      state: 'ok',
    })
    await visitor.tab('Wire')
    await visitor.panelSays('The relay cannot read this: TLS 1.3 ends in this page.')
    if (!visitor.desktop) await visitor.press((await visitor.page.$('.knowledge summary'))!)
    await visitor.panelSays(/Server name\s+localhost/)
    await visitor.panelSays(/Readable, out 0 %/)
    await visitor.screenshot('wire-https')
    const { curl, relay } = await sides(visitor)
    expect(curl).toContain(`POST /post?q=${WORDS}`)
    expect(curl).toContain(`"${WORDS}": ""`)
    expect(relay.length).toBeGreaterThan(1000)
    expect(relay).toContain('localhost')
    expect(relay).not.toContain('words')
    expect(relay).not.toContain('/post')
    await visitor.tab('Terminal')
  })

  it('shows the bytes while they arrive', async () => {
    const visitor = at()
    const before = (await visitor.lastRun())?.id ?? 0
    await visitor.type(`curl -so drip.txt '${setting.origin.https}/drip?bytes=100000&seconds=60'`)
    await visitor.enter()
    await visitor.tab('Wire')
    const carried = async (): Promise<number> =>
      Number(/and ([\d,]+) bytes in .*, and more is coming\./.exec(await visitor.panel())?.[1]?.replaceAll(',', ''))
    const seen = await eventually(async () => {
      const bytes = await carried()
      expect(bytes).toBeGreaterThan(5000)
      return bytes
    })
    await visitor.screenshot('wire-live')
    await eventually(async () => expect(await carried()).toBeGreaterThan(seen))
    await visitor.stop()
    expect(await visitor.ended(before)).toMatchObject({ state: 'stopped' })
  })

  it('shows that the relay can read all of http', async () => {
    const visitor = at()
    expect(await visitor.run(`curl -s '${setting.origin.http}/get?q=${WORDS}'`)).toMatchObject({ state: 'ok' })
    await visitor.tab('Wire')
    await visitor.panelSays('The relay can read everything: nothing is encrypted.')
    await visitor.screenshot('wire-http')
    const { curl, relay } = await sides(visitor)
    expect(curl).toContain(`GET /get?q=${WORDS}`)
    expect(relay).toContain(`GET /get?q=${WORDS} HTTP/1.1..Host: localhost`)
    expect(relay).toContain('HTTP/1.1 200 OK')
    await visitor.tab('Terminal')
  })
}

// --- trace and times ---

export function trace(setting: Setting, at: At): void {
  it('shows the output of -v, coloured, and filters it', async () => {
    const visitor = at()
    await visitor.run(`curl -s -d hello=world ${setting.origin.https}/post`)
    await visitor.tab('Trace')
    await visitor.panelSays(/\d lines/)
    const rows = async (): Promise<string[]> =>
      (await visitor.rows('.panel.trace .rows', '.sign', '.words')).map((cells) => cells.join(' '))
    const all = await rows()
    expect(all).toEqual(
      expect.arrayContaining([expect.stringMatching(/^> POST \/post HTTP\/2/), '} [11 bytes of data]']),
    )
    expect(all).toContainEqual(expect.stringMatching(/^\* SSL connection using TLSv1\.3/))
    const colours = await visitor.page.evaluate(() =>
      ['text', 'headers', 'data'].map((sort) => {
        const words = document.querySelector(`.panel.trace .trace-row[data-sort=${sort}] .words`)
        return words ? getComputedStyle(words).color : sort
      }),
    )
    expect(new Set(colours).size).toBeGreaterThan(1)
    await visitor.screenshot('trace')

    await visitor.fill(['searchbox', 'Filter the trace'], 'content-')
    await visitor.panelSays(/\d of \d+ lines/)
    const found = await rows()
    expect(found.length).toBeGreaterThan(1)
    for (const row of found) expect(row.toLowerCase()).toContain('content-')
    await visitor.fill(['searchbox', 'Filter the trace'], '')
    for (const kind of ['Text', 'Headers']) await visitor.press(['button', kind])
    expect(await rows()).toEqual(expect.arrayContaining(['} [11 bytes of data]']))
    expect((await rows()).every((row) => /^[{}]/.test(row))).toBe(true)
    // data unfolds to bytes
    const data = await visitor.page.evaluateHandle(() =>
      [...document.querySelectorAll('.panel.trace button.unfold')].find((each) =>
        /\[11 bytes/.test(each.textContent ?? ''),
      ),
    )
    await visitor.press(data as ElementHandle<Element>)
    await visitor.panelSays('68 65 6c 6c 6f 3d 77 6f')
    for (const kind of ['Text', 'Headers']) await visitor.press(['button', kind])
    await visitor.tab('Terminal')
  })
}

export function timing(setting: Setting, at: At): void {
  it('has the time of a transfer in phases', async () => {
    const visitor = at()
    await visitor.run(`curl -s --no-keepalive ${setting.origin.https}/delay/0.2`)
    await visitor.tab('Timing')
    await visitor.panelSays(/1 transfer in [\d.]+ m?s\./)
    const read = (): Promise<string[][]> =>
      visitor.page.evaluate(() =>
        ['thead th', 'tbody tr > *'].map((cells) =>
          [...document.querySelectorAll(`.panel.timing ${cells}`)].map((each) => each.textContent ?? ''),
        ),
      )
    // until it is redrawn, the panel has the table of the previous run
    const [heads, row] = await eventually(async () => {
      const table = await read()
      expect(table[0]).toEqual(expect.arrayContaining(['Connect', 'TLS', 'Waiting', 'Total']))
      expect(Number(table[1]![table[0]!.indexOf('Waiting')])).toBeGreaterThan(199)
      return table
    })
    const value = (name: string): number => Number(row![heads!.indexOf(name)])
    expect(value('TLS')).toBeGreaterThan(0)
    const from = heads!.indexOf('Start') + 1
    const phases = row!.slice(from, heads!.indexOf('Total')).map(Number)
    expect(phases.filter(Number.isFinite).reduce((sum, each) => sum + each, 0)).toBeCloseTo(value('Total'), 1)
    await visitor.screenshot('timing')
    await visitor.tab('Terminal')
  })

  it('shows twenty parallel transfers, one below the other', async () => {
    const visitor = at()
    const line = `curl -sZ --parallel-immediate '${setting.origin.http}/delay/1?[1-20]'`
    expect(await visitor.run(line)).toMatchObject({ state: 'ok' })
    await visitor.tab('Timing')
    await visitor.panelSays(/20 transfers in [\d.]+ m?s\./)
    await eventually(async () => expect(await visitor.count('.panel.timing tbody tr')).toBe(20))
    expect(await visitor.count('.panel.timing .bar-row:not(.scale-row)')).toBe(20)
    // parallel: each begins before any has ended
    const places = await visitor.page.evaluate(() =>
      [...document.querySelectorAll('.panel.timing .track')].map((track) => {
        const parts = [...track.querySelectorAll('.phase')].map((part) => part.getBoundingClientRect())
        return { left: Math.min(...parts.map(({ left }) => left)), right: Math.max(...parts.map(({ right }) => right)) }
      }),
    )
    expect(Math.max(...places.map(({ left }) => left))).toBeLessThan(Math.min(...places.map(({ right }) => right)))
    await visitor.screenshot('timing-parallel')
    await visitor.tab('Terminal')
  })
}

// --- two runs ---

/** The rows of a table of the compare panel: name, both values, and the difference if it has one. */
async function compared({ page }: Visitor, title: string): Promise<Record<string, string[]>> {
  const rows = await page.$$eval(`.panel.compare table[aria-label^="${title}"] tbody tr`, (all) =>
    all.map((row) => [
      row.querySelector('th > span:last-child')!.textContent!,
      ...[...row.querySelectorAll('td')].map((each) => each.textContent!),
    ]),
  )
  return Object.fromEntries(rows.map(([name, ...values]) => [name!, values]))
}

export function compares(setting: Setting, at: At): void {
  it('compares two runs: result, times, headers and bodies', async () => {
    const visitor = at()
    const { https, http } = setting.origin
    const first = await visitor.run(`curl -s '${https}/get?a=1'`)
    const second = await visitor.run(`curl -s --http1.1 --tls-max 1.2 '${https}/get?a=2'`)
    await visitor.tab('Compare')
    await visitor.panelSays('The bodies differ')
    await visitor.screenshot('compare')
    const result = await compared(visitor, 'Result')
    expect(result).toMatchObject({
      ...{ Status: ['200', '200'], Result: ['ok', 'ok'] },
      ...{ 'HTTP version, differs': ['2', '1.1'], 'TLS, differs': ['TLS 1.3', 'TLS 1.2'] },
    })
    const times = await compared(visitor, 'Times')
    const [before, after, difference] = times['Total']!.map((each) => Number(each.replace('\u2212', '-')))
    expect(difference).toBeCloseTo(after! - before!, 1)
    expect(Object.keys(await compared(visitor, 'Response headers'))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^content-length, changed|^connection, added/)]),
    )
    const lines = await visitor.page.$$eval('.panel.compare :is(ins, del)', (all) =>
      all.map((each) => each.textContent),
    )
    expect(lines).toEqual(expect.arrayContaining(['\u2212    "a": "1"', '+    "a": "2"']))
    await visitor.press(['button', 'Swap'])
    await eventually(async () =>
      expect((await compared(visitor, 'Result'))['TLS, differs']).toEqual(['TLS 1.2', 'TLS 1.3']),
    )
    expect(await visitor.page.$eval('select[aria-label=Run]', (each) => (each as HTMLSelectElement).value)).toBe(
      String(first.id),
    )
    expect(second.id).toBe(first.id + 1)

    // one that has failed, and one that still goes on
    await visitor.run(`curl -sSf ${http}/status/404`)
    await visitor.type(`curl -s ${setting.away.url}/hang`)
    await visitor.enter()
    await eventually(async () => expect(await visitor.lastRun()).toMatchObject({ state: 'running' }))
    await visitor.tab('Compare')
    await visitor.panelSays('still goes on')
    await visitor.panelSays('has no response to compare with')
    await visitor.panelSays('CURLE_HTTP_RETURNED_ERROR (22)')
    await visitor.screenshot('compare-live')
    await visitor.stop()
    await visitor.ended(second.id + 1)
    await visitor.tab('Compare')
    await eventually(async () => expect((await compared(visitor, 'Result'))['Result, differs']![1]).toBe('stopped'))
    // none is wider than the panel
    const beyond = await visitor.page.$eval('.panel.compare .content', (each) => each.scrollWidth - each.clientWidth)
    expect(beyond).toBe(0)
    await visitor.tab('Terminal')
  })
}

// --- responses ---

const view = (visitor: Visitor, name: string): Promise<void> => visitor.press(['button', name])

export function responses(setting: Setting, at: At): void {
  it('shows indented JSON, which can be folded and unfolded', async () => {
    const visitor = at()
    await visitor.run(`curl -s ${setting.origin.http}/json`)
    await visitor.tab('Response')
    await visitor.panelSays('"name": "curl"')
    await visitor.screenshot('response-json')
    const folds = await visitor.page.$$('.panel.response button.fold')
    await visitor.press(folds[1]!)
    await eventually(async () => expect(await visitor.panel()).not.toContain('"wss"'))
    await view(visitor, 'Raw')
    await visitor.panelSays('{"name":"curl","since":1998')
    await view(visitor, 'Pretty')
    await visitor.tab('Terminal')
  })

  it('shows the headers of every redirect', async () => {
    const visitor = at()
    await visitor.run(`curl -sL ${setting.origin.http}/redirect/2`)
    await visitor.tab('Response')
    await visitor.panelSays('after 2 redirects')
    await view(visitor, 'Headers')
    await eventually(async () => expect(await visitor.count('.panel.response .message')).toBe(6))
    const starts = await visitor.page.$$eval('.panel.response .message .start', (all) =>
      all.map((each) => each.textContent),
    )
    expect(starts.map((start) => start!.replace('HTTP/1.1', '').trim())).toEqual([
      ...['GET /redirect/2', '302 Found', 'GET /redirect/1', '302 Found', 'GET /get', '200 OK'],
    ])
    await visitor.screenshot('response-headers')
    await view(visitor, 'Pretty')
    await visitor.tab('Terminal')
  })

  it('shows a picture, its bytes, and saves it', async () => {
    const visitor = at()
    await visitor.run(`curl -so pic.png ${setting.origin.http}/png`)
    await visitor.tab('Response')
    await visitor.panelSays('320 × 200, image/png')
    await visitor.screenshot('response-image')
    await view(visitor, 'Hex')
    await visitor.panelSays('89 50 4e 47 0d 0a 1a 0a')
    await visitor.screenshot('response-hex')
    await visitor.press(['button', 'Download'])
    const saved = readFileSync(await downloaded(visitor, 'pic.png'))
    expect(saved.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a')
    expect(saved).toEqual(Buffer.from(await (await fetch(`${setting.origin.http}/png`)).arrayBuffer()))
    await view(visitor, 'Preview')
    await visitor.tab('Terminal')
  })

  it('shows a page in a frame without any permissions', async () => {
    const visitor = at()
    await visitor.run(`curl -s -o page.html ${setting.origin.http}/html`)
    await visitor.tab('Response')
    await view(visitor, 'Preview')
    const frame = await visitor.page.waitForSelector('.panel.response iframe')
    expect(await frame!.evaluate((each) => each.getAttribute('sandbox'))).toBe('')
    const content = (await frame!.contentFrame())!
    await eventually(async () =>
      expect(await content.evaluate(() => document.body?.innerText)).toContain('A sample page'),
    )
    await visitor.screenshot('response-html')
    await view(visitor, 'Pretty')
    await visitor.panelSays('<h1>A sample page</h1>')
    await visitor.tab('Terminal')
  })
}

// --- TLS ---

export function tls(setting: Setting, at: At): void {
  it('shows version, cipher, ALPN and the chain up to the root', async () => {
    const visitor = at()
    await visitor.run(`curl -s ${setting.origin.https}/get`)
    await visitor.tab('TLS')
    await visitor.panelSays(/Version\s+TLS 1\.3/)
    await visitor.panelSays(/Cipher\s+TLS_AES_256_GCM_SHA384/)
    await visitor.panelSays(/ALPN\s+h2/)
    await visitor.panelSays('Verified')
    const chain = await visitor.page.$$eval('.panel.tls .chain > li', (all) =>
      all.map((each) => `${each.querySelector('.badge')?.textContent} ${each.querySelector('h4')?.textContent}`),
    )
    expect(chain).toEqual(['leaf localhost', 'intermediate Sample Intermediate', 'root Sample Root'])
    await visitor.panelSays(/29 days left|30 days left/)
    await visitor.screenshot('tls')
    const download = await visitor.page.$$('.panel.tls .certificate button')
    await visitor.press(download[1]!)
    expect(readFileSync(await downloaded(visitor, 'localhost.pem'), 'utf8')).toContain('BEGIN CERTIFICATE')
    await visitor.tab('Terminal')
    expect(await visitor.run(`curl -s --tls-max 1.2 ${setting.origin.https}/get`)).toMatchObject({ state: 'ok' })
    await visitor.tab('TLS')
    await visitor.panelSays(/Version\s+TLS 1\.2/)
    await visitor.tab('Terminal')
    const plain = `curl -s --cacert .curlrc ${setting.origin.https}/get`
    expect(await visitor.run(plain)).toMatchObject({ state: expect.stringMatching(/exit (60|77)/) })
    await visitor.tab('TLS')
    // which the terminal did not show
    await visitor.panelSays(/error adding trust anchors from file|unable to get local issuer certificate/)
    await visitor.tab('Terminal')
  })
}

// --- files ---

/** Drops a file from the disk onto a place. */
export async function drop({ page }: Visitor, selector: string, file: string): Promise<void> {
  const { x, y, width, height } = (await (await page.$(selector))!.boundingBox())!
  const client = await page.createCDPSession()
  const data = { items: [], files: [file], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await client.send('Input.dispatchDragEvent', { type, x: x + width / 2, y: y + height / 2, data })
  await client.detach()
}

export function files(setting: Setting, at: At): void {
  it('adds a file, sends it, receives another, and saves and deletes it', async () => {
    const visitor = at()
    const name = `gift ${visitor.manner.hand}.txt`
    const path = join(setting.folder(), name)
    const content = 'what was dropped in, with ümlauts'
    writeFileSync(path, content)
    await visitor.tab('Files')
    if (visitor.manner.browser === 'Chromium' && visitor.manner.hand === 'mouse')
      await drop(visitor, '.panel.files', path)
    else {
      const input = await visitor.page.$('.panel.files input[type=file]')
      await (input as ElementHandle<HTMLInputElement>).uploadFile(path)
    }
    await visitor.panelSays(name)

    await visitor.type('curl -sS ')
    await visitor.tab('Files')
    await visitor.press(['button', `Put -T ${name} into the command`])
    await visitor.reads(`curl -sS -T '${name}'`)
    const before = (await visitor.lastRun())?.id ?? 0
    await visitor.write(`-o answer.json ${setting.origin.http}/put`)
    await visitor.enter()
    expect(await visitor.ended(before)).toMatchObject({ state: 'ok' })

    await visitor.tab('Files')
    await visitor.panelSays('answer.json')
    await visitor.screenshot('files')
    await visitor.press(['button', 'View answer.json'])
    await visitor.panelSays(`"data": "${content}"`)
    await visitor.press(['button', 'Download answer.json'])
    const saved = JSON.parse(readFileSync(await downloaded(visitor, 'answer.json'), 'utf8')) as {
      method: string
      size: number
    }
    expect(saved).toMatchObject({ method: 'PUT', size: Buffer.byteLength(content), data: content })
    await visitor.press(['button', `Delete ${basename(path)}`])
    await eventually(async () => expect(await visitor.panel()).not.toContain(name))
    await visitor.tab('Terminal')
    await visitor.command('clear')
    await visitor.command('ls')
    await visitor.reads('answer.json')
  })
}

// --- cookies ---

export function cookies(setting: Setting, at: At): void {
  it('stores cookies, and sends them as edited', async () => {
    const visitor = at()
    const { http } = setting.origin
    await visitor.command('rm cookies.txt')
    expect(await visitor.run(`curl -s '${http}/cookies/set?flavour=oat&max-age=3600'`)).toMatchObject({ state: 'ok' })
    await visitor.tab('Cookies')
    await eventually(async () => {
      const value = await visitor.page.$eval(
        '[aria-label="Value of flavour"]',
        (each) => (each as HTMLInputElement).value,
      )
      expect(value).toBe('oat')
    })
    await visitor.fill(['textbox', 'Value of flavour'], 'rye')
    await visitor.key('Tab')
    await visitor.press(['button', 'Add a cookie'])
    await visitor.fill(['textbox', 'Name of the new cookie'], 'made')
    await visitor.fill(['textbox', 'Value of the new cookie'], 'here')
    await visitor.key('Tab')
    await visitor.panelSays('2 cookies')
    await visitor.screenshot('cookies')
    for (const width of visitor.desktop ? [1440, 1280, 1240, 1100, 760] : [360]) {
      const { device } = visitor.manner
      const phone = device.phone && visitor.manner.browser === 'Chromium'
      await visitor.page.setViewport({ width, height: device.height, ...(phone && { isMobile: true, hasTouch: true }) })
      const beyond = await visitor.page.$eval(
        '.panel.cookies .table-scroll',
        (each) => each.scrollWidth - each.clientWidth,
      )
      expect(beyond, `${width}`).toBe(0)
    }
    const { width, height, phone } = visitor.manner.device
    const touch = phone && visitor.manner.browser === 'Chromium'
    await visitor.page.setViewport({ width, height, ...(touch && { isMobile: true, hasTouch: true }) })
    expect(await visitor.run(`curl -s ${http}/cookies`)).toMatchObject({ state: 'ok' })
    await visitor.reads('"flavour": "rye"')
    await visitor.reads('"made": "here"')
    await visitor.tab('Cookies')
    await visitor.press(['button', 'Delete flavour'])
    await visitor.panelSays('1 cookie')
    await visitor.press(['button', 'Clear'])
    await visitor.panelSays('The cookie jar is empty')
    expect(await visitor.run(`curl -s ${http}/cookies`)).toMatchObject({ state: 'ok' })
    await visitor.reads('"cookies": {}')
  })
}

// --- WebSockets ---

export function websockets(setting: Setting, at: At): void {
  it('uses a WebSocket: text, bytes, a ping, and a close with a code', async () => {
    const visitor = at()
    await visitor.tab('WebSocket')
    await visitor.fill(['textbox', 'WebSocket URL'], `${setting.origin.wss}/echo`)
    await visitor.press(['button', 'Connect'])
    await visitor.panelSays('Connected')
    await visitor.panelSays('TLS 1.3')
    const frames = async (): Promise<string[]> =>
      (await visitor.rows('.panel.websocket .rows', '.arrow', '.kind', '.words')).map((cells) => cells.join(' ').trim())
    const send = async (kind: string, payload: string): Promise<void> => {
      if (kind !== 'Text') await visitor.press(['button', kind])
      await visitor.fill(['textbox', 'Payload'], payload)
      if (visitor.manner.hand === 'keyboard') await visitor.key('Enter')
      else await visitor.press(['button', 'Send'])
    }
    const says = (...rows: string[]): Promise<void> =>
      eventually(async () => expect(await frames()).toEqual(expect.arrayContaining(rows)))
    await send('Text', 'hello ümlaut')
    await says('→ text hello ümlaut', '← text hello ümlaut')
    await send('Binary', '00 ff 7f')
    await says('→ binary 00 ff 7f', '← binary 00 ff 7f')
    await send('Ping', 'are you there')
    await says('→ ping are you there', '← pong are you there')
    await visitor.screenshot('websocket')
    await send('Binary', 'no hex')
    await visitor.panelSays('Type binary data as hex, with two digits for each byte.')
    await send('Close', '4001 enough')
    await says('→ close 4001 enough', '← close 4001 enough')
    await visitor.panelSays('Not connected')
    await visitor.press(['button', 'Clear'])
    await visitor.tab('Terminal')
  })
}
