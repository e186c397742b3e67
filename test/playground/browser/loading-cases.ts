// Loading the page: it can be used before its module is loaded, shows the progress, reports an error and tries again if
// loading fails, works in any folder of any host, and is small.
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { brotliCompressSync, constants } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { outOfPlace } from './frame-cases.js'
import { SITE, staticHost, type StaticHost } from './places.js'
import type { Setting } from './setting.js'
import { eventually, type Manner, type Visitor } from './visitor.js'

/** The largest size of JavaScript and CSS with brotli, in bytes. */
const MOST = 300_000

const isModule = (path: string): boolean => /curl-tool-.*\.wasm$/.test(path)

async function host(base: string, without: readonly string[] = []): Promise<StaticHost> {
  const made = await staticHost(base, without)
  onTestFinished(() => made.close())
  return made
}

async function guest(setting: Setting, manner: Manner): Promise<Visitor> {
  const visitor = await setting.arrive(manner)
  onTestFinished(async () => {
    const complaints = visitor.unexpected()
    await visitor.page.browserContext().close()
    expect(complaints).toEqual([])
  })
  return visitor
}

async function addRelay(visitor: Visitor, url: string): Promise<void> {
  await visitor.key('Alt', 'KeyR')
  await visitor.fill(['textbox', 'URL of a relay'], url)
  await visitor.key('Enter')
  await eventually(async () => {
    expect(await visitor.page.$eval('.light', (each) => each.getAttribute('data-state'))).toMatch(/up|slow/)
  })
  await visitor.key('Escape')
}

export function loading(setting: Setting, manner: Manner): void {
  describe('the page', () => {
    it('can be used before its module is loaded, and shows the progress', async () => {
      const site = await host('/')
      let waiting: { body: Buffer; response: ServerResponse } | null = null
      site.instead = (path, body, response) => {
        if (!isModule(path)) return false
        response.write(body.subarray(0, body.length / 2))
        waiting = { body, response }
        return true
      }
      const visitor = await guest(setting, manner)
      await visitor.go(site.url)
      await visitor.find('progressbar', 'Loading curl')
      await eventually(async () => {
        const [, loaded, size] = /^curl\.wasm ([\d.]+) MB of ([\d.]+) MB$/.exec(await visitor.text('.loading')) ?? []
        expect(Number(size)).toBeCloseTo(waiting!.body.length / 1e6, 1)
        expect(Number(loaded)).toBeCloseTo(waiting!.body.length / 2e6, 1)
      })
      const half = await visitor.page.$eval('.module progress', (each) => each.value / each.max)
      expect(half).toBeCloseTo(0.5, 1)
      // it types, completes, explains, and runs when it can
      await visitor.type(`curl -sS ${setting.origin.http}/etag/early`)
      await addRelay(visitor, `${setting.relay.url}/`)
      await visitor.type('curl --compressed-s')
      await visitor.key('Tab')
      await visitor.reads('$ curl --compressed-ssh')
      await visitor.type(`curl -sS ${setting.origin.http}/etag/early`)
      await visitor.screenshot('loading')
      await visitor.enter()
      await eventually(async () => expect(await visitor.text('.hint')).toContain('curl is still loading'))
      await eventually(async () => expect(await visitor.lastRun()).toMatchObject({ state: 'running' }))
      const { body, response } = waiting!
      response.end(body.subarray(body.length / 2))
      expect(await visitor.ended(0)).toMatchObject({ state: 'ok' })
      await visitor.reads('This is version "early".')
      expect(await visitor.shows('.module')).toBe(false)
    })

    it.each([
      ['at the first prompt', ''],
      ['at the prompt of a link', '#c=curl%20-V'],
    ])('puts the first command that is pasted in the place of what is there, %s', async (_where, hash) => {
      const visitor = await guest(setting, manner)
      await visitor.go(setting.playground.url + hash)
      await visitor.reads('$ curl -')
      await visitor.toTerminal()
      await visitor.paste('curl -b id=secret https://example.org/')
      await visitor.prompts('curl -b id=secret https://example.org/')
    })

    it('stops a command that waits for the module', async () => {
      const site = await host('/')
      let waiting: (() => void) | null = null
      site.instead = (path, body, response) => {
        if (!isModule(path)) return false
        waiting = () => void response.end(body)
        return true
      }
      const visitor = await guest(setting, manner)
      await visitor.go(site.url)
      await visitor.type('curl -V')
      await visitor.enter()
      await eventually(async () => expect(await visitor.lastRun()).toMatchObject({ state: 'running' }))
      await visitor.key('Control', 'KeyC')
      expect(await visitor.ended(0)).toMatchObject({ state: 'stopped' })
      await eventually(() => expect(waiting).not.toBeNull())
      waiting!()
      expect(await visitor.run('curl -V')).toMatchObject({ state: 'ok' })
      await visitor.reads('curl 8.')
    })

    it.each(['an error of the server', 'a broken connection', 'another file'])(
      'says that its module has not come, for %s, and tries again',
      async (what) => {
        const site = await host('/')
        let broken = true
        site.instead = (path, _body, response) => {
          if (!isModule(path) || !broken) return false
          if (what === 'an error of the server') {
            response.setHeader('content-length', 0)
            response.writeHead(503).end()
          } else if (what === 'another file') {
            response.setHeader('content-length', 5)
            response.end('hello')
          } else response.write('half', () => response.destroy())
          return true
        }
        const visitor = await guest(setting, manner)
        visitor.expects(/Failed to load resource/)
        await visitor.go(site.url)
        await eventually(async () => expect(await visitor.text('.module')).toContain('curl could not be loaded: '))
        await visitor.screenshot('module-failed')
        expect(await outOfPlace(visitor)).toEqual([])
        await visitor.type('curl -V')
        await visitor.enter()
        expect((await visitor.ended(0)).state).toMatch(/^exit/)
        broken = false
        await visitor.press(['button', 'Retry'])
        await visitor.loaded()
        expect(await visitor.run('curl -V')).toMatchObject({ state: 'ok' })
        await visitor.reads('curl 8.')
      },
    )

    it.each([
      ['without a word of its own', ['config.json']],
      ['as it is built', []],
    ])('works from a folder of a static host, %s, with a relay elsewhere', async (_how, without) => {
      const site = await host('/some/base/', without)
      const visitor = await guest(setting, manner)
      // all that a browser logs about a missing file
      if (without.length > 0) visitor.expects(/Failed to load resource: .* 404/)
      await visitor.go(site.url)
      await visitor.loaded()
      await visitor.reads('$ curl -i https://example.org/')
      expect(await visitor.text('button.relay')).toContain('No relay')
      expect(await visitor.run(`curl -sS ${setting.origin.http}/etag/far`)).toMatchObject({ state: 'exit 7' })
      await visitor.reads('no relay is chosen')
      await visitor.screenshot('no-relay')
      await addRelay(visitor, `${setting.relay.url}/`)
      expect(await visitor.run(`curl -sS ${setting.origin.http}/etag/far`)).toMatchObject({ state: 'ok' })
      await visitor.reads('This is version "far".')
      await visitor.tab('WebSocket')
      await visitor.fill(['textbox', 'WebSocket URL'], `${setting.origin.ws}/echo`)
      await visitor.press(['button', 'Connect'])
      await visitor.panelSays('Connected')
      // a link leads to the same folder, and the relay is remembered
      await visitor.go(`${site.url}#c=curl%20-V`)
      await visitor.reads('$ curl -V')
      await eventually(async () =>
        expect(await visitor.text('button.relay')).toContain(`127.0.0.1:${setting.relay.port}`),
      )
      expect(visitor.requests.every((url) => !url.startsWith('http') || url.startsWith(site.url))).toBe(true)
    })

    it("loads curl's manual when it is asked for, says that it has not come, and tries again", async () => {
      const site = await host('/')
      const isManual = (path: string): boolean => /manual/.test(path)
      let broken = true
      site.instead = (path, _body, response) => {
        if (!isManual(path) || !broken) return false
        response.setHeader('content-length', 0)
        response.writeHead(503).end()
        return true
      }
      const visitor = await guest(setting, manner)
      visitor.expects(/Failed to load resource/)
      await visitor.go(site.url)
      await visitor.loaded()
      await visitor.command('man --no-such-option')
      await visitor.reads('Incorrect option name to show help for')
      expect(site.asked.filter(isManual)).toEqual([])
      await visitor.command('man --xattr')
      await visitor.reads('curl: cannot load the manual: ')
      expect(await visitor.run('curl --help --xattr')).toMatchObject({ state: 'exit 26' })
      broken = false
      expect(await visitor.run('curl --help --xattr')).toMatchObject({ state: 'ok' })
      await visitor.reads('Store metadata in the extended file attributes.')
      await visitor.command('man')
      await visitor.reads('SEE ALSO')
    })

    it('is small: everything that the first screen loads, except the module', async () => {
      const site = await host('/')
      const visitor = await guest(setting, manner)
      await visitor.go(site.url)
      await visitor.loaded()
      const compressed = (path: string): number => {
        const body = readFileSync(SITE + path)
        return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }).length
      }
      const files = [...new Set(site.asked)].filter((path) => !path.endsWith('.wasm'))
      const sizes = Object.fromEntries(files.map((path) => [path, compressed(path)]))
      const sum = (kind: RegExp): number =>
        files.filter((path) => kind.test(path)).reduce((all, path) => all + sizes[path]!, 0)
      console.log('bytes with brotli:', sizes)
      expect(files).toEqual(expect.arrayContaining(['index.html', expect.stringMatching(/index-.*\.js$/)]))
      expect(site.asked.filter(isModule)).toHaveLength(1)
      // JavaScript, with that of the Worker, and CSS
      expect(sum(/\.(js|css)$/)).toBeLessThan(MOST)
      // and so is everything
      expect(sum(/./)).toBeLessThan(MOST)
      // the WebSocket panel is only loaded when it is opened, and the manual when it is asked for
      expect(files.filter((path) => /websocket|manual/.test(path))).toEqual([])
    })
  })
}
