// The entry for workerd.
import module from '../../../curl.wasm'
import type { CurlSession } from '../index.js'
import { makeWorkerdEntry } from './entry.js'

export const { init, initSync, fetch, Session } = makeWorkerdEntry(module)
export type Session = CurlSession
export default init
export * from '../index.js'
