// The page in Chromium: all cases, by keyboard and by mouse, on a desktop and on a phone, light and dark.
import { describe } from 'vitest'
import { accessible } from './accessibility-cases.js'
import * as formats from './format-cases.js'
import * as framed from './frame-cases.js'
import { hostiles, large } from './hostile-cases.js'
import * as inspector from './inspector-cases.js'
import { loading } from './loading-cases.js'
import { startSetting, visitorFor } from './setting.js'
import * as terminal from './terminal-cases.js'
import { DESKTOP, PHONE, SMALL_PHONE, type Manner } from './visitor.js'

const setting = await startSetting('Chromium')
const browser = 'Chromium'
const atDesk: Manner = { browser, device: DESKTOP, theme: 'dark', hand: 'keyboard' }
const withMouse: Manner = { browser, device: DESKTOP, theme: 'light', hand: 'mouse' }
const onPhone: Manner = { browser, device: PHONE, theme: 'light', hand: 'mouse' }
const atNight: Manner = { browser, device: PHONE, theme: 'dark', hand: 'keyboard' }
const named = (manner: Manner): [string, Manner] => [
  `by ${manner.hand} on a ${manner.device.name}, ${manner.theme},`,
  manner,
]

describe.each([atDesk, withMouse, onPhone].map(named))('%s', (_name, manner) => {
  const at = visitorFor(setting, manner)
  terminal.firstScreen(setting, at)
  terminal.pastes(setting, at)
  terminal.remembers(setting, at)
  terminal.waits(setting, at)
  terminal.completes(setting, at)
  terminal.stops(setting, at)
  terminal.retries(setting, at)
  terminal.complains(setting, at)
  terminal.examples(at, manner === withMouse ? 'all' : 'one')
  inspector.wire(setting, at)
  inspector.trace(setting, at)
  inspector.timing(setting, at)
  inspector.compares(setting, at)
  inspector.responses(setting, at)
  inspector.tls(setting, at)
  inspector.files(setting, at)
  inspector.cookies(setting, at)
  inspector.websockets(setting, at)
  framed.relays(setting, at)
  framed.frame(setting, at, manner.device === DESKTOP)
  framed.fits(setting, at)
  terminal.copies(setting, at)
  formats.copies(setting, at)
  formats.fetches(setting, at)
  formats.archives(setting, at)
  terminal.links(setting, at)
  terminal.sharedRuns(setting, at)
})

describe('on a small phone,', () => {
  const at = visitorFor(setting, { ...atNight, device: SMALL_PHONE })
  terminal.firstScreen(setting, at)
  framed.fits(setting, at)
})

describe.each([withMouse, atNight].map(named))('for everybody, %s', (_name, manner) => {
  accessible(setting, visitorFor(setting, manner))
})

describe.each([atDesk, onPhone].map(named))('with a hostile origin, %s', (_name, manner) => {
  hostiles(setting, visitorFor(setting, manner))
})

describe('of any size, ', () => {
  large(setting, visitorFor(setting, atDesk))
})

loading(setting, atDesk)
