// Starts the browsers for tests: those of the system, without a window and with a new profile. Hidden pages are slowed
// down as for users, although tools that drive browsers switch that off by default.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import puppeteer, { type Browser } from 'puppeteer-core'

export type BrowserName = 'Chromium' | 'Firefox'

/** Two cores may be busy with other tests. */
const LAUNCH_LIMIT_MS = 50_000

const CHROMIUM_FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

function executable(program: string): string {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // it is not there
    }
  }
  throw new Error(`${program} is not in PATH; test/ensure-tools installs it`)
}

/** Starts a browser. Its profile is removed when it is closed. */
export function launch(browser: BrowserName): Promise<Browser> {
  if (browser === 'Firefox')
    return puppeteer.launch({
      browser: 'firefox', // through WebDriver BiDi
      executablePath: executable('firefox-esr'),
      // the panel that opens at a download would get the keys that are meant for the page
      extraPrefsFirefox: { 'browser.download.alwaysOpenPanel': false },
      timeout: LAUNCH_LIMIT_MS,
    })
  return puppeteer.launch({
    executablePath: executable('chromium'),
    // with puppeteer's default arguments the timers of hidden pages would run at full speed
    ignoreDefaultArgs: true,
    args: CHROMIUM_FLAGS,
    timeout: LAUNCH_LIMIT_MS,
  })
}

/**
 * Opens a page that nothing drives; the page has to report by itself. In a Firefox that WebDriver BiDi drives, 1 to 3 of
 * 80 calls of `new Worker()` in a Worker never return, without any code of ours; undriven, none of 320 (Firefox 153).
 * Returns a function that closes the browser.
 */
export async function openUndriven(browser: BrowserName, url: string): Promise<() => Promise<void>> {
  if (browser === 'Chromium') {
    const driven = await launch(browser)
    await (await driven.newPage()).goto(url)
    return () => driven.close()
  }
  const profile = await mkdtemp(join(tmpdir(), 'firefox-'))
  const program = spawn(executable('firefox-esr'), ['--headless', '--no-remote', '--profile', profile, url], {
    stdio: 'ignore',
  })
  const ended = once(program, 'exit')
  return async () => {
    program.kill()
    await ended
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
