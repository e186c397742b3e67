// The fetch() of the package. All its callers share one pool, which is made when it is first needed.
import { whileWorking } from '../libcurl/while-working.js'
import { makeFetch, type Fetch } from './fetch.js'
import { Pool } from './pool.js'

/** `init` starts the module, unless it has been started. */
export function defaultFetch(init: () => Promise<void>): Fetch {
  let pool: Pool | null = null
  const open = whileWorking(async () => {
    await init()
    return (pool = new Pool())
  })
  return makeFetch(() => (pool && !pool.broken ? pool : open()))
}
