// Starts the browsers for tests: those of the system, without a window and with a new profile. Hidden pages are slowed
// down as for users, although tools that drive browsers switch that off by default.
import { accessSync, constants } from 'node:fs'
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
