// The page in Firefox ESR: every feature, by keyboard in a large window and by mouse in a small one.
import { describe } from 'vitest'
import * as formats from './format-cases.js'
import * as framed from './frame-cases.js'
import * as inspector from './inspector-cases.js'
import { startSetting, visitorFor } from './setting.js'
import * as terminal from './terminal-cases.js'
import { DESKTOP, PHONE, type Manner } from './visitor.js'

const setting = await startSetting('Firefox')
const browser = 'Firefox'
const atDesk: Manner = { browser, device: DESKTOP, theme: 'light', hand: 'keyboard' }
const small: Manner = { browser, device: PHONE, theme: 'light', hand: 'mouse' }
const named = (manner: Manner): string => `by ${manner.hand} on a ${manner.device.name},`

describe.each([atDesk, small].map((manner) => [named(manner), manner] as const))('%s', (_name, manner) => {
  const at = visitorFor(setting, manner)
  terminal.firstScreen(setting, at)
  terminal.pastes(setting, at)
  terminal.remembers(setting, at)
  terminal.completes(setting, at)
  terminal.stops(setting, at)
  terminal.retries(setting, at)
  terminal.examples(at, 'one')
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
  framed.fits(setting, at)
  terminal.copies(setting, at)
  formats.copies(setting, at)
  formats.fetches(setting, at)
  formats.archives(setting, at)
  terminal.links(setting, at)
  terminal.sharedRuns(setting, at)
})
