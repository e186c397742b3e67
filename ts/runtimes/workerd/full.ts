// The entry for workerd with the full module: SFTP and SCP, too. HTTP/3 needs UDP, which workerd's sockets do not have.
import module from '../../../curl-full.wasm'
import type { CurlSession } from '../index.js'
import { makeWorkerdEntry } from './entry.js'

export const { init, initSync, fetch, Session } = makeWorkerdEntry(module)
export type Session = CurlSession
export default init
export * from '../index.js'
