// Other formats: copying a line as a program and a run as an archive, and commands from pasted calls of fetch and from
// archives.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ElementHandle } from 'puppeteer-core'
import { expect, it } from 'vitest'
import { drop } from './inspector-cases.js'
import type { Setting } from './setting.js'
import { closeNotices, copyAs, run } from './terminal-cases.js'
import { eventually, type Visitor } from './visitor.js'

type At = () => Visitor

/** Begins a new prompt, because a command may have several lines. */
async function empty(visitor: Visitor): Promise<void> {
  await visitor.toTerminal()
  await visitor.key('Control', 'KeyC')
  await visitor.prompts('')
}

/** Chooses a request in the list of an archive. */
async function choose(visitor: Visitor, number: number): Promise<void> {
  await eventually(async () => expect(await visitor.count('.har-list [role=option]')).toBeGreaterThan(number))
  if (visitor.manner.hand === 'mouse') return visitor.point((await visitor.page.$$('.har-list [role=option]'))[number]!)
  for (let i = 0; i < number; i++) await visitor.key('ArrowDown')
  await visitor.key('Enter')
}

export function copies(setting: Setting, at: At): void {
  it('copies a line as fetch and for Python, and a run as an archive', async () => {
    const visitor = at()
    const url = `${setting.origin.http}/anything/formats?token=geheim`
    const line = `curl -X PUT -u 'me:geheim' --retry 1 --json '{"a": "b c"}' '${url}'`
    expect(await visitor.run(line)).toMatchObject({ state: 'ok' })
    await visitor.type(line)
    const program = await copyAs(visitor, 'JavaScript fetch')
    expect(program).toContain('// left out: --retry 1\n')
    const echo = JSON.parse(await run(program)) as { headers: Record<string, string> }
    expect(echo).toMatchObject({ method: 'PUT', json: { a: 'b c' } })
    expect(Object.entries(echo.headers).map(([name, value]) => [name.toLowerCase(), value])).toContainEqual([
      ...['authorization', `Basic ${btoa('me:geheim')}`],
    ])
    expect(await copyAs(visitor, 'Python requests')).toContain(`response = requests.put(\n    '${url}',`)

    const archive = JSON.parse(await copyAs(visitor, 'HAR of the run with secrets')) as {
      log: { entries: { request: { url: string }; response: { status: number; content: { text: string } } }[] }
    }
    const { request, response } = archive.log.entries[0]!
    expect(request.url).toBe(url)
    expect(response.status).toBe(200)
    expect(JSON.parse(response.content.text)).toMatchObject({ json: { a: 'b c' } })
    const clean = await copyAs(visitor, 'HAR of the run no secrets')
    expect(clean).toContain('token=REDACTED')
    expect(clean).not.toContain('geheim')
    expect(clean).not.toContain(btoa('me:geheim'))
  })
}

export function fetches(setting: Setting, at: At): void {
  it('turns a pasted call of fetch into a command, and waits for Enter', async () => {
    const visitor = at()
    const call = `fetch("${setting.origin.http}/anything/fetched", {
  "headers": { "content-type": "application/json", "x-mine": "it's" },
  "body": "{\\"a\\":[1,\\"\\u00fc\\"]}",
  "method": "POST",
  "credentials": "include"
});`
    const before = (await visitor.lastRun())?.id ?? 0
    await empty(visitor)
    await visitor.paste(call)
    await eventually(async () => expect(await visitor.text('.toasts')).toContain('This is the call of fetch as curl'))
    expect(await visitor.text('.toasts')).toContain('cookies are not in it')
    await visitor.screenshot('fetch-pasted')
    expect((await visitor.lastRun())?.id ?? 0).toBe(before)
    await visitor.toTerminal()
    await visitor.enter()
    expect(await visitor.ended(before)).toMatchObject({ state: 'ok' })
    await visitor.tab('Response')
    await visitor.panelSays(`"method": "POST"`)
    await visitor.panelSays(`"x-mine": "it's"`)
    await visitor.panelSays('"ü"')

    await empty(visitor)
    await visitor.paste(call.slice(0, call.indexOf('body') + 12))
    await eventually(async () =>
      expect(await visitor.text('.toasts')).toMatch(/cannot be read\s+the text ends in the middle of a string/),
    )
    // nothing is lost
    await visitor.reads('fetch("http')
    await closeNotices(visitor)
    await empty(visitor)
  })
}

/** An archive of requests of /anything/archived/0, 1 and so on. */
export function archiveOf(origin: string, count: number): string {
  const entries = Array.from({ length: count }, (_, i) => ({
    request: {
      ...{ method: i % 2 ? 'POST' : 'GET', url: `${origin}/anything/archived/${i}?name=\u202e` },
      headers: [
        { name: ':method', value: 'GET' },
        { name: 'x-number', value: String(i) },
      ],
      ...(i % 2 && { postData: { mimeType: 'application/octet-stream', text: btoa(`\xff${i}`), encoding: 'base64' } }),
    },
    response: { status: 200 + i, content: { size: 1000 * i, mimeType: 'application/json' } },
  }))
  return JSON.stringify({ log: { version: '1.2', creator: { name: 'test', version: '1' }, entries } })
}

export function archives(setting: Setting, at: At): void {
  it('lists the requests of a pasted archive, and puts one at the prompt', async () => {
    const visitor = at()
    const { http } = setting.origin
    await empty(visitor)
    await visitor.type('curl before')
    await visitor.paste(archiveOf(http, 300))
    await visitor.find('listbox', 'Requests')
    await eventually(async () => expect(await visitor.text('.har-dialog')).toContain('The first 100 of 300'))
    expect(await visitor.text('.har-list')).not.toContain('\u202e')
    await visitor.screenshot('archive')
    await visitor.key('Escape')
    await visitor.prompts('curl before')

    await visitor.toTerminal()
    await visitor.paste(archiveOf(http, 300))
    await visitor.fill(['combobox', 'Search'], 'post archived/29')
    await eventually(async () => expect(await visitor.count('.har-list [role=option]')).toBe(6))
    await choose(visitor, 1)
    await visitor.reads('/anything/archived/291')
    await visitor.reads('--data-binary @body.bin')
    await eventually(async () => expect(await visitor.text('.toasts')).toContain('the body is in the file body.bin'))
    const before = (await visitor.lastRun())?.id ?? 0
    await visitor.toTerminal()
    await visitor.enter()
    expect(await visitor.ended(before)).toMatchObject({ state: 'ok' })
    await visitor.tab('Response')
    await visitor.panelSays('"x-number": "291"')
    await visitor.panelSays('"size": 4')
    await visitor.command('rm body.bin')
  })

  it('reads an archive that is dropped on the page, or is among the files', async () => {
    const visitor = at()
    const path = join(setting.folder(), 'some.har')
    writeFileSync(path, archiveOf(setting.origin.http, 2))
    const broken = join(setting.folder(), 'broken.har')
    writeFileSync(broken, archiveOf(setting.origin.http, 2).slice(0, -9))
    await visitor.tab('Files')
    const input = (await visitor.page.$('.panel.files input[type=file]')) as ElementHandle<HTMLInputElement>
    await input.uploadFile(path)
    await visitor.press(['button', 'Choose a request of some.har'])
    await visitor.find('dialog', 'Requests of some.har')
    await choose(visitor, 1)
    await visitor.reads('archived/1')
    await empty(visitor)
    await visitor.command('rm some.har')
    if (visitor.manner.browser !== 'Chromium') return
    await drop(visitor, '.terminal-pane', broken)
    await eventually(async () =>
      expect(await visitor.text('.toasts')).toMatch(/broken\.har\s+it is not JSON, or cut off/),
    )
    await closeNotices(visitor)
    await drop(visitor, '.terminal-pane', path)
    await visitor.find('dialog', 'Requests of some.har')
    await choose(visitor, 0)
    await visitor.reads('archived/0')
    await empty(visitor)
  })
}
