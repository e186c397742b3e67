// The terminal: running what was typed or pasted, history, completion, stopping, the examples, and sharing by link and
// clipboard.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { refusingPort } from '../../servers/faults.js'
import type { Setting } from './setting.js'
import { eventually, type Visitor } from './visitor.js'

type At = () => Visitor

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

export function firstScreen(setting: Setting, at: At): void {
  it('has a command at the prompt, which Enter runs', async () => {
    const visitor = at()
    await visitor.reads(`$ curl -i '${setting.origin.https}/get?hello=world'`)
    expect(await visitor.runs()).toEqual([])
    await visitor.screenshot('first-screen')
    // not focused on a phone, where the keyboard would cover half of the page
    if (!visitor.desktop) await visitor.toTerminal()
    await visitor.enter()
    expect(await visitor.ended(0)).toMatchObject({ state: 'ok' })
    if (visitor.manner.device.height > 800) await visitor.reads('HTTP/2 200')
    await visitor.reads('"hello": "world"')
    await eventually(async () =>
      expect(await visitor.text('[aria-live=polite]')).toMatch(/^curl: done, status 200, after /),
    )
    // the response is next to it, and the wire one key away
    if (visitor.desktop) {
      expect(await visitor.text('[role=tab][aria-selected=true]')).toBe('Response')
      await visitor.panelSays('"hello": "world"')
      await visitor.tab('Wire')
      await visitor.panelSays('The relay cannot read this: TLS 1.3 ends in this page.')
      await visitor.tab('Response')
    }
    await visitor.screenshot('result')
  })
}

/** "Copy as cURL" of Chrome's developer tools, for both shells. */
const pasted = (http: string): Record<string, string> => ({
  bash: [
    `curl '${http}/anything/a?b=%20&c=d' \\`,
    `  -X 'POST' \\`,
    `  -H 'accept: */*' \\`,
    `  -H 'x-quote: it'\\''s "here"' \\`,
    `  -H 'content-type: application/json' \\`,
    `  --data-raw $'{"text":"one\\u0021 \\'two\\'"}' \\`,
    `  --compressed`,
  ].join('\n'),
  cmd: [
    `curl ^"${http}/anything/a?b=^%^20^&c=d^" ^`,
    `  -X ^"POST^" ^`,
    `  -H ^"accept: */*^" ^`,
    `  -H ^"x-quote: it's ^\\^"here^\\^"^" ^`,
    `  -H ^"content-type: application/json^" ^`,
    `  --data-raw ^"^{^\\^"text^\\^":^\\^"one^! 'two'^\\^"^}^" ^`,
    `  --compressed`,
  ].join('\r\n'),
})

export function pastes(setting: Setting, at: At): void {
  it.each(['bash', 'cmd'])('accepts what Chrome copies for %s, and waits for Enter', async (shell) => {
    const visitor = at()
    const before = (await visitor.lastRun())?.id ?? 0
    await visitor.type('')
    await visitor.paste(pasted(setting.origin.http)[shell]!)
    await visitor.reads('--compressed')
    expect((await visitor.lastRun())?.id ?? 0).toBe(before)
    await visitor.enter()
    expect(await visitor.ended(before)).toMatchObject({ state: 'ok' })
    await visitor.tab('Response')
    await visitor.panelSays(`"text": "one! 'two'"`)
    await visitor.panelSays(`"c": "d"`)
    await visitor.panelSays(`"x-quote": "it's \\"here\\""`)
    await visitor.tab('Terminal')
  })

  it('replaces an example by what is pasted, instead of appending it', async () => {
    const visitor = at()
    const { http } = setting.origin
    const [own, example] = [`curl -b 'id=secret' ${http}/anything`, `curl -d name=ann -d age=42`]
    const begin = async (): Promise<void> => {
      await visitor.type('')
      await visitor.press(['button', 'Form'])
      await visitor.reads(example)
      await visitor.toTerminal()
    }
    await begin()
    await visitor.paste(`${own}\n`)
    await visitor.prompts(own)
    // the example is not lost
    await visitor.key('Control', 'KeyZ')
    await visitor.reads(example)
    // after a change it is pasted into the line as usual
    await begin()
    await visitor.write(' -H ')
    await visitor.paste('x:y')
    await eventually(async () => expect(bare(await visitor.terminal())).toMatch(/name=ann.*\/post-Hx:y$/s))
    await visitor.paste('z')
    await eventually(async () => expect(bare(await visitor.terminal())).toMatch(/name=ann.*\/post-Hx:yz$/s))
    await visitor.type('')
  })
}

const bare = (text: string): string => text.replace(/\s+/g, '')

export function remembers(setting: Setting, at: At): void {
  it('finds earlier lines: older, newer, and by a search', async () => {
    const visitor = at()
    const { http } = setting.origin
    const [one, two] = [`curl -s ${http}/etag/one`, `curl -s ${http}/etag/two`]
    for (const line of [one, two]) expect(await visitor.run(line)).toMatchObject({ state: 'ok' })
    await visitor.type('')
    const keys = visitor.manner.hand === 'mouse' && (await visitor.shows('.keys'))
    const older = (): Promise<void> => (keys ? visitor.press(['button', 'Older line']) : visitor.key('ArrowUp'))
    const newer = (): Promise<void> => (keys ? visitor.press(['button', 'Newer line']) : visitor.key('ArrowDown'))
    await older()
    await visitor.prompts(two)
    await older()
    await visitor.prompts(one)
    await newer()
    await visitor.prompts(two)
    await newer()
    await visitor.prompts('')
    await visitor.key('Control', 'KeyR')
    await visitor.write('tag/one')
    await visitor.reads(`(search: tag/one) ${one}`)
    await visitor.key('Escape')
    await visitor.prompts('')
  })
}

export function waits(setting: Setting, at: At): void {
  it('shows at the next prompt what is typed while a command runs, and does not run it', async () => {
    const visitor = at()
    const { away } = setting
    const before = (await visitor.lastRun())?.id ?? 0
    await visitor.type(`curl -sS ${away.url}/late`)
    await visitor.enter()
    await eventually(() => expect(away.hanging).toBe(1))
    await visitor.toTerminal()
    await visitor.write('curl --next')
    await visitor.key('Backspace')
    await visitor.key('Enter')
    away.release()
    const { id } = await visitor.ended(before)
    await visitor.prompts('curl --nex')
    expect((await visitor.lastRun())?.id).toBe(id)
    await visitor.type('')
  })
}

export function completes(_setting: Setting, at: At): void {
  it('completes options with the help of curl itself', async () => {
    const visitor = at()
    await visitor.type('curl --data-u')
    await (visitor.manner.hand === 'mouse' && (await visitor.shows('.keys'))
      ? visitor.press(['button', 'Tab: complete'])
      : visitor.key('Tab'))
    await visitor.reads('curl --data-urlencode')
    await eventually(async () => expect(await visitor.text('.hint')).toContain('HTTP POST data URL encoded'))

    await visitor.type('curl --compress')
    await visitor.key('Tab')
    await visitor.find('listbox', 'Completions')
    expect(await visitor.text('.suggestions')).toMatch(/--compressed\s+Request compressed response/)
    const options = await visitor.page.$$('.suggestions [role=option]')
    const labels = await Promise.all(options.map((option) => option.evaluate((each) => each.textContent)))
    const wanted = labels.findIndex((label) => label?.startsWith('--compressed-ssh'))
    expect(wanted).toBeGreaterThan(0)
    if (visitor.manner.hand === 'mouse') await visitor.point(options[wanted]!)
    else {
      for (let i = 0; i <= wanted; i++) await visitor.key('ArrowDown')
      await visitor.key('Enter')
    }
    await visitor.reads('curl --compressed-ssh')
    expect(await visitor.shows('.suggestions')).toBe(false)

    await visitor.type('curl --pro')
    await visitor.key('Tab')
    await visitor.find('listbox', 'Completions')
    await visitor.key('ArrowDown')
    await visitor.screenshot('completion')
    await visitor.key('Escape')
    await visitor.type('')
  })
}

export function stops(setting: Setting, at: At): void {
  it('stops at once, and the server sees the connection end', async () => {
    const visitor = at()
    const { away } = setting
    const before = (await visitor.lastRun())?.id ?? 0
    await visitor.type(`curl -sS ${away.url.replace('127.0.0.1', 'localhost')}/hang`)
    await visitor.enter()
    await eventually(() => expect(away.hanging).toBe(1))
    await visitor.stop()
    expect(await visitor.ended(before)).toMatchObject({ state: 'stopped' })
    await eventually(() => expect(away.hanging).toBe(0))
    await visitor.reads('/hang ^C $')
    // the Worker would be restarted if the tool did not stop at once, and the files would be lost
    expect(await visitor.terminal()).not.toContain('restarted')
  })
}

export function complains(setting: Setting, at: At): void {
  it('reports what is wrong with a line, and what has failed', async () => {
    const visitor = at()
    await visitor.type(`curl 'never ends`)
    await visitor.enter()
    await visitor.reads('^')
    expect(await visitor.run(`curl -sSf ${setting.origin.http}/status/404`)).toMatchObject({ state: 'exit 22' })
    await visitor.reads('curl: (22) The requested URL returned error: 404')
    await visitor.reads('exit 22:')
    await visitor.tab('Response')
    await visitor.panelSays('CURLE_HTTP_RETURNED_ERROR (22)')
    await visitor.screenshot('error')
    await visitor.tab('Terminal')
    await visitor.screenshot('error-terminal')
  })

  it('explains why a connection could not be made, and what helps', async () => {
    const visitor = at()
    const refusing = await refusingPort()
    expect(await visitor.run(`curl -sS http://127.0.0.1:${refusing}/`)).toMatchObject({ state: 'exit 7' })
    await visitor.reads(`The relay reached 127.0.0.1, but no server listens on port ${refusing} there.`)
    await visitor.tab('Timing')
    await visitor.panelSays(/error 7 .* none$/)
    await visitor.tab('Terminal')
    expect(await visitor.run('curl -sS http://10.1.2.3/')).toMatchObject({ state: 'exit 7' })
    await visitor.reads('The relay is not allowed to connect to 10.1.2.3, port 80: a relay refuses private addresses')
    expect(await visitor.run('curl -sS http://no-such-name.invalid/')).toMatchObject({ state: 'exit 7' })
    await visitor.reads('no-such-name.invalid')
    await visitor.screenshot('not-connected')
    const brackets = `curl -sS '${setting.origin.http}/get?filter[name]=1'`
    expect(await visitor.run(brackets)).toMatchObject({ state: 'exit 3' })
    await visitor.reads('Use -g to keep brackets and braces as they are.')
    expect(await visitor.run(brackets.replace('-sS', '-gsS'))).toMatchObject({ state: 'ok' })
  })
}

export function retries(setting: Setting, at: At): void {
  it('puts a failed command at the prompt again, to be changed and run', async () => {
    const visitor = at()
    const { http } = setting.origin
    const wrong = `curl -sSf ${http}/status/404 -d @gone.txt`
    const before = await visitor.run(wrong)
    expect(before).toMatchObject({ state: expect.stringMatching(/exit/) })
    await visitor.prompts('')
    // it is the first thing to see: where the button is that runs, and next to the run
    await eventually(async () => expect(await visitor.text('.foot .run')).toMatch(/^Retry/))
    expect(await visitor.page.$eval('.run-bar .retry', (each) => each.matches('.primary'))).toBe(true)
    if (visitor.manner.hand === 'keyboard') await visitor.key('Alt', 'KeyA')
    else await visitor.point((await visitor.page.$('.foot .run'))!)
    await visitor.prompts(wrong)
    await eventually(async () => expect(await visitor.text('.toasts')).toContain('gone.txt: add it in Files.'))
    expect(await visitor.text('.foot .run')).toMatch(/^Run/)
    expect((await visitor.lastRun())!.id).toBe(before.id)
    // it can be changed, and then runs as changed
    await visitor.key('Control', 'KeyW')
    await visitor.key('Control', 'KeyW')
    await visitor.enter()
    expect(await visitor.ended(before.id)).toMatchObject({ state: 'exit 22', text: `curl -sSf ${http}/status/404` })
    for (const close of await visitor.page.$$('.toasts button')) await visitor.point(close)
  })

  it('puts an earlier run at the prompt, also while another one goes on, and a second press runs it', async () => {
    const visitor = at()
    const { http } = setting.origin
    const first = await visitor.run(`curl -s ${http}/etag/again`)
    expect(await visitor.text('.foot .run')).toMatch(/^Run/)
    const retry = async (): Promise<void> => {
      if (visitor.manner.hand === 'keyboard') return visitor.key('Alt', 'KeyA')
      if (!visitor.desktop) await visitor.tab('Response')
      await visitor.point((await visitor.page.$('.run-bar .retry'))!)
    }
    await visitor.type('curl half-written')
    await retry()
    await visitor.prompts(first.text)
    // what was written is not lost
    await visitor.key('Control', 'KeyZ')
    await visitor.prompts('curl half-written')
    await retry()
    await visitor.prompts(first.text)
    await retry()
    if (!visitor.desktop) await visitor.tab('Terminal')
    const second = await visitor.ended(first.id)
    expect(second).toMatchObject({ id: first.id + 1, state: 'ok', text: first.text })
    await visitor.type(`curl -s ${setting.away.url}/hang`)
    await visitor.enter()
    await eventually(async () => expect(await visitor.lastRun()).toMatchObject({ state: 'running' }))
    const hanging = (await visitor.lastRun())!
    await retry()
    await eventually(async () => expect(await visitor.text('.toasts')).toContain('at the next prompt'))
    expect(await visitor.lastRun()).toMatchObject({ id: hanging.id, state: 'running' })
    await visitor.page.evaluate(() => document.querySelector<HTMLElement>('.foot .run')!.click())
    expect(await visitor.ended(second.id)).toMatchObject({ id: hanging.id, state: 'stopped' })
    await visitor.tab('Terminal')
    await visitor.prompts(hanging.text)
    // stopping is no failure
    expect(await visitor.page.$eval('.run-bar .retry', (each) => each.matches('.primary'))).toBe(false)
    for (const close of await visitor.page.$$('.toasts button')) await visitor.point(close)
    await visitor.type('')
  })
}

export function examples(at: At, which: 'all' | 'one'): void {
  it(
    which === 'all' ? 'runs every example' : 'runs an example: chosen once, run the second time',
    async () => {
      const visitor = at()
      const chips = await visitor.page.$$('[role=toolbar][aria-label=Examples] button')
      expect(chips.length).toBeGreaterThan(10)
      const ran: Record<string, string> = {}
      for (const chip of which === 'all' ? chips : chips.slice(1, 2)) {
        const before = (await visitor.lastRun())?.id ?? 0
        const name = await chip.evaluate((each) => each.textContent ?? '')
        await visitor.press(chip)
        await eventually(async () => expect(await chip.evaluate((each) => each.ariaPressed)).toBe('true'))
        expect((await visitor.lastRun())?.id ?? 0).toBe(before)
        await visitor.press(chip)
        ran[name] = (await visitor.ended(before)).state
      }
      expect(ran).toEqual(Object.fromEntries(Object.keys(ran).map((name) => [name, 'ok'])))
    },
    120_000,
  )
}

// --- sharing ---

export function links(setting: Setting, at: At): void {
  it('makes a link without secrets, which only puts the line at the prompt', async () => {
    const visitor = at()
    const { url } = setting.playground
    const line = `curl -u ann:geheim -H 'Authorization: Bearer geheim' -H 'x-plain: seen' '${setting.origin.http}/get?a=1'`
    await visitor.type(line)
    await visitor.press(['button', 'Share'])
    await eventually(async () => expect(await visitor.text('.toasts')).toContain('Link copied'))
    expect(await visitor.text('.toasts')).toContain('Left out')
    const link = await visitor.page.evaluate(() => location.href)
    expect(link.startsWith(`${url}#`)).toBe(true)
    if (visitor.manner.browser === 'Chromium') expect(await visitor.clipboard()).toBe(link)
    expect(await unpacked(visitor, link)).not.toContain('geheim')

    const { page } = visitor
    await visitor.go(link)
    await visitor.reads('x-plain: seen')
    expect(await visitor.terminal()).toContain('-u')
    expect(await visitor.terminal()).not.toContain('geheim')
    await visitor.loaded()
    expect(await visitor.runs()).toEqual([])
    // a link that is followed within the page does the same
    await page.evaluate(() => void (location.hash = `#c=${encodeURIComponent('curl --head example.org')}`))
    await visitor.reads('$ curl --head example.org')
    await page.evaluate(() => void (location.hash = '#c=%zz'))
    await eventually(async () => expect(await visitor.text('.toasts')).toContain('This link cannot be read'))
    expect(await visitor.runs()).toEqual([])
    // the stored history has no secrets either
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain('geheim')
    await visitor.go(url)
    await visitor.loaded()
  })
}

/** The text of a link's hash. */
function unpacked(visitor: Visitor, link: string): Promise<string> {
  return visitor.page.evaluate(async (link) => {
    const [kind, content] = [
      link.slice(link.indexOf('#') + 1, link.indexOf('#') + 3),
      link.slice(link.indexOf('#') + 3),
    ]
    if (kind === 'c=') return decodeURIComponent(content)
    const binary = atob(content.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).text()
  }, link)
}

export function sharedRuns(setting: Setting, at: At): void {
  it('shares a run without secrets, which a link shows but does not make again', async () => {
    const visitor = at()
    const { page } = visitor
    const { url } = setting.playground
    const { https } = setting.origin
    const line = `curl -s -u ann:geheim -H 'Cookie: a=geheim' '${https}/get?token=geheim&a=1'`
    await visitor.run(line)
    await visitor.tab('Response')
    await visitor.press(['button', 'Share run'])
    await eventually(async () => expect(await visitor.text('.toasts')).toContain('Link to the run copied'))
    expect(await visitor.text('.toasts')).toMatch(/It has the command, the status, headers, times.*Left out: --user/s)
    const link = await page.evaluate(() => location.href)
    expect(link.startsWith(`${url}#r=`)).toBe(true)
    if (visitor.manner.browser === 'Chromium') expect(await visitor.clipboard()).toBe(link)

    const shown = async (): Promise<void> => {
      await eventually(async () => expect(await visitor.text('.shared-notice')).toContain('It was not made here'))
      await visitor.panelSays(/HTTP\/2 \d+/)
    }
    await page.goto('about:blank')
    await page.goto(link, { waitUntil: 'domcontentloaded' })
    await shown()
    await visitor.screenshot('shared-run')
    expect(await page.evaluate(() => document.body.innerText)).not.toContain('geheim')
    await visitor.press(['button', 'Headers'])
    await visitor.panelSays('content-length')
    for (const tab of ['Wire', 'Trace', 'Timing', 'TLS', 'Compare'] as const) await visitor.tab(tab)
    await visitor.tab('TLS')
    await visitor.panelSays('TLS 1.3')
    await visitor.panelSays('as the link says')
    await visitor.loaded()
    // it has not run, and it can
    expect(await visitor.runs()).toEqual([])
    await visitor.tab('Response')
    await visitor.press(['button', 'Run it here'])
    await visitor.tab('Terminal')
    await visitor.reads('REDACTED')
    await eventually(async () => expect(await visitor.text('.toasts')).toContain('Replace each REDACTED first'))
    expect(await visitor.runs()).toEqual([])
    await visitor.toTerminal()
    await visitor.key('Control', 'KeyC')
    await visitor.type(`curl -s '${https}/get?a=2'`)
    await visitor.enter()
    await visitor.ended(0)
    await visitor.tab('Compare')
    await visitor.panelSays('Shared run')
    await eventually(async () => expect(await visitor.shows('.shared-notice')).toBe(false))
    await visitor.tab('Terminal')
    await page.evaluate(() => void (location.hash = '#r=zz'))
    await eventually(async () => expect(await visitor.text('.toasts')).toContain('This link cannot be read'))
    await visitor.go(url)
    await visitor.loaded()
  })
}

/** Closes all notices: at once, because they also go away by themselves. */
export function closeNotices({ page }: Visitor): Promise<void> {
  return page.$$eval('.toasts button', (all) => all.forEach((each) => (each as HTMLElement).click()))
}

/** Chooses an item of the menu "Copy as", and returns what is copied. */
export async function copyAs(visitor: Visitor, item: string): Promise<string> {
  await visitor.press(['button', 'Copy as'])
  const named = await visitor.page.$$(`[role=menuitem]`)
  // it gets the focus one task after it is shown
  await eventually(async () => expect(await visitor.shows('[role=menu]:focus-within')).toBe(true))
  if (item === 'curl (bash)') await visitor.screenshot('copy-as')
  for (const each of named)
    if (bare(await each.evaluate((one) => one.textContent ?? '')) === bare(item)) await visitor.press(each)
  await eventually(async () => expect(await visitor.text('.toasts')).toContain('Copied'))
  const copied = await visitor.clipboard()
  await visitor.setClipboard('')
  await closeNotices(visitor)
  return copied
}

export function copies(setting: Setting, at: At): void {
  it('copies a line for other shells, and as a program that runs', async () => {
    const visitor = at()
    const url = `${setting.origin.http}/anything/copied?q=1`
    await visitor.type(`curl -X PUT -H 'x-copied: it'\\''s' --json '{"a": "b c"}' '${url}'`)
    const choose = (item: string): Promise<string> => copyAs(visitor, item)
    const argv = ['-X', 'PUT', '-H', `x-copied: it's`, '--json', '{"a": "b c"}', url]
    expect(argumentsIn(await choose('curl (bash)'))).toEqual(argv)
    expect(await choose('curl (cmd)')).toMatch(/^curl\.exe .*"x-copied: it's"/s)
    const program = await choose('JavaScript for libcurl-wasm')
    expect(program).toContain(`from 'libcurl-wasm'`)
    // programs may not use the relay of the page
    const elsewhere = program.replace(
      /wispTransport\(\{ url: '[^']*' \}\)/,
      `wispTransport({ url: '${setting.relay.url}/' })`,
    )
    expect(elsewhere).not.toBe(program)
    const output = await run(elsewhere)
    const echo = JSON.parse(output) as { method: string; json: unknown; headers: Record<string, string> }
    expect(echo).toMatchObject({ method: 'PUT', json: { a: 'b c' }, headers: { 'x-copied': `it's` } })
  })
}

/** The arguments that bash passes to curl. */
function argumentsIn(line: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${line}\n`
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

/** Runs a program that uses this package in Node. */
export async function run(program: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-'], { cwd: ROOT, timeout: 20_000 })
  child.stdin.end(program)
  let [output, errors] = ['', '']
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (errors += chunk))
  await once(child, 'close')
  expect(errors).toBe('')
  return output
}
