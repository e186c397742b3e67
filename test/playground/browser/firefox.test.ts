// The page in Firefox ESR: the main flows, by keyboard on a desk and by mouse on a small one.
import { describe } from 'vitest'
import * as framed from './frame-cases.js'
import * as inspector from './inspector-cases.js'
import { startSetting, visitorFor } from './setting.js'
import * as terminal from './terminal-cases.js'
import { DESKTOP, PHONE, type Manner } from './visitor.js'

const setting = await startSetting('Firefox')
const browser = 'Firefox'
const manners: Manner[] = [
  { browser, device: DESKTOP, theme: 'light', hand: 'keyboard' },
  { browser, device: PHONE, theme: 'light', hand: 'mouse' },
]

describe.each(manners.map((manner) => [`by ${manner.hand} on a ${manner.device.name},`, manner] as const))(
  '%s',
  (_name, manner) => {
    const at = visitorFor(setting, manner)
    terminal.firstScreen(setting, at)
    terminal.pastes(setting, at)
    terminal.completes(setting, at)
    terminal.stops(setting, at)
    inspector.wire(setting, at)
    inspector.tls(setting, at)
    inspector.files(setting, at)
    inspector.cookies(setting, at)
    inspector.websockets(setting, at)
    framed.fits(setting, at)
    terminal.links(setting, at)
  },
)
