// What the cases of a browser share: the page's server, another server for curl, another relay, a folder for downloads,
// and the visitors. A visitor stays for all cases of a group. A test fails if its page logs an error.
import { mkdtempSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext } from 'puppeteer-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { startPlayground, type Playground } from '../../../dist/playground/server/playground.js'
import { launch, type BrowserName } from '../../browser/browsers.js'
import { testRelay, type TestRelay } from '../../relay/relays.js'
import { scratch } from '../../servers/scratch.js'
import { away, SITE, type Away } from './places.js'
import { eventually, Visitor, type Manner } from './visitor.js'

export interface Setting {
  browserName: BrowserName
  playground: Playground
  origin: Playground['config']['origin']
  away: Away
  /** A relay that accepts all pages. */
  relay: TestRelay
  /** Makes an empty folder. */
  folder(): string
  /** A visitor in a new profile, without a page yet. Leaves at the end of the test or of the group. */
  arrive(manner: Manner): Promise<Visitor>
}

/** Starts everything. To be called while a test file is loaded. */
export async function startSetting(browserName: BrowserName): Promise<Setting> {
  const scratched = scratch()
  const folder = (): string => mkdtempSync(join(scratched, 'folder-'))
  const [playground, other, relay] = await Promise.all([startPlayground({ site: SITE }), away(), testRelay()])
  let browser: Browser
  beforeAll(async () => {
    browser = await launch(browserName)
  })
  afterAll(async () => {
    await browser?.close()
    await Promise.all([playground.close(), other.close()])
  })
  return {
    browserName,
    playground,
    origin: playground.config.origin,
    away: other,
    relay,
    folder,
    async arrive(manner) {
      const downloads = folder()
      const context = await contextOf(browser, downloads)
      if (browserName === 'Chromium')
        await context.overridePermissions(new URL(playground.url).origin, [
          ...(['clipboard-read', 'clipboard-write', 'clipboard-sanitized-write'] as const),
        ])
      return Visitor.arrive(context, manner, downloads)
    },
  }
}

function contextOf(browser: Browser, downloadPath: string): Promise<BrowserContext> {
  return browser.createBrowserContext({ downloadBehavior: { policy: 'allow', downloadPath } })
}

/** One visitor for all cases of the group that calls this, at the page of `make play`. */
export function visitorFor(setting: Setting, manner: Manner): () => Visitor {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await setting.arrive(manner)
    await visitor.go(setting.playground.url)
    await visitor.loaded()
  })
  afterEach(() => expect(visitor.unexpected()).toEqual([]))
  afterAll(async () => {
    await visitor?.page.browserContext().close()
  })
  return () => visitor
}

/** Waits until the browser has saved a file that is not empty, and returns its path. */
export function downloaded({ downloads }: Visitor, name: string): Promise<string> {
  const path = join(downloads, name)
  return eventually(() => {
    const names = readdirSync(downloads)
    expect(names).toContain(name)
    // Firefox first creates an empty file with this name, and another one for the received part
    expect(names.filter((each) => each.endsWith('.part'))).toEqual([])
    expect(statSync(path).size).toBeGreaterThan(0)
    return path
  })
}
