// The entry for workerd. The module is imported, because workerd does not compile WebAssembly at run time.
import module from '../../../curl.wasm'
import { makeFetch, type Fetch } from '../../fetch/fetch.js'
import { Pool } from '../../fetch/pool.js'
import { makeInit } from '../init.js'
import type { CurlSession } from '../index.js'
import { makeSession } from '../../session/session.js'
import { workerdRuntime } from './host.js'

export const { init, initSync } = makeInit({
  ...workerdRuntime,
  defaultModule: async () => module,
  defaultModuleSync: () => module,
})

/**
 * The standard's fetch, over libcurl: docs/fetch.md. Calls init() by itself. In workerd, sockets and timers belong to
 * the request that is being answered, and cannot be used for another one. So each call has its own connection, which is
 * closed when the body has been read or cancelled.
 */
export const fetch: Fetch = async (input, fetchInit) => {
  await init()
  const pool = new Pool()
  const close = (): void => pool.close(new Error('the call that had this connection is over'))
  try {
    const response = await makeFetch(() => pool)(input, fetchInit)
    // a response for a data: URL is the platform's, without `curl`
    if (response.curl) response.curl.finished.then(close, close)
    else close()
    return response
  } catch (error) {
    close()
    throw error
  }
}

/**
 * A fetch with its own connections, cookies and caches, within one request: docs/session.md. Calls init() by itself.
 */
export const Session = makeSession(init)
export type Session = CurlSession

export default init
export * from '../index.js'
