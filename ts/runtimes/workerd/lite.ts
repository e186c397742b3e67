// The entry for workerd with the light module, which has HTTP and WebSockets only.
import module from '../../../curl-lite.wasm'
import type { CurlSession } from '../index.js'
import { makeWorkerdEntry } from './entry.js'

export const { init, initSync, fetch, Session } = makeWorkerdEntry(module)
export type Session = CurlSession
export default init
export * from '../index.js'
