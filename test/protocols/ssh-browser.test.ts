// SFTP and SCP in a page and in a Worker of Chromium, with the full module, through a relay. Keys are files in memory.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch } from '../browser/browsers.js'
import { staticSite } from '../browser/site.js'
import { testRelay } from '../relay/relays.js'
import { sshd } from '../servers/sshd.js'

const MB = 1 << 20
const content = Buffer.alloc(5 * MB, 'in a page ')
const sha256 = createHash('sha256').update(content).digest('hex')
const server = await sshd()
const relay = await testRelay()
const site = await staticSite()
writeFileSync(join(server.folder, 'data'), content)
let browser: Browser
beforeAll(async () => {
  browser = await launch('Chromium')
})
afterAll(async () => {
  await browser?.close()
  await Promise.all([server.close(), site.close()])
})

describe.each(['a page', 'a Worker'])('in %s', (place) => {
  let page: Page
  const complaints: string[] = []
  beforeAll(async () => {
    page = await browser.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(site.url)
  })
  afterAll(() => page.close())
  const script = "'/test/protocols/ssh-client.js'"
  const ssh = (scheme: string, name: string, more: object = {}): Promise<unknown> => {
    const args = JSON.stringify({
      relay: `${relay.url}/`,
      // where libcurl looks for a key by itself
      files: { '/home/.ssh/id_rsa': readFileSync(server.keys.ed25519, 'utf8'), '/home/.ssh/known_hosts': '' },
      url: `${scheme}://${server.authority}${server.folder}/${name}`,
      trusted: server.host.key.toString('base64'),
      ...more,
    })
    // as text, because vitest would replace the import in a function
    return page.evaluate(
      place === 'a page'
        ? `import(${script}).then(({ run }) => run(${args}))`
        : `new Promise((resolve) => {
            globalThis.worker ??= new Worker(${script}, { type: 'module' })
            worker.onmessage = ({ data }) => resolve(data)
            worker.postMessage(${args})
          })`,
    )
  }

  it.each(['sftp', 'scp'])('%s loads and sends 5 MB', async (scheme) => {
    expect(await ssh(scheme, 'data')).toEqual({ error: null, sha256 })
    expect(await ssh(scheme, 'up', { up: 5 * MB })).toMatchObject({ error: null })
    expect(readFileSync(join(server.folder, 'up')).equals(Buffer.alloc(5 * MB, 'a'))).toBe(true)
    expect(await ssh(scheme, 'missing')).toMatchObject({ error: 'CURLE_REMOTE_FILE_NOT_FOUND' })
  })

  it('runs commands afterwards, and refuses another server', async () => {
    const at = (name: string): string => join(server.folder, name)
    writeFileSync(at('small'), 'x')
    const moved = at(place.replace(' ', '-'))
    const POSTQUOTE = [`rename ${at('small')} ${moved}`]
    expect(await ssh('sftp', 'small', { options: { POSTQUOTE } })).toMatchObject({ error: null })
    expect(readFileSync(moved, 'utf8')).toBe('x')
    const other = await ssh('sftp', 'data', { trusted: 'another', options: { FRESH_CONNECT: true } })
    expect(other).toMatchObject({ error: 'CURLE_PEER_FAILED_VERIFICATION' })
    expect(complaints).toEqual([])
  })
})
