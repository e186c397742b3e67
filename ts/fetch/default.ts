// The fetch() of the package: with one pool for everybody, which is made when it is first needed.
import { whileWorking } from '../libcurl/multi.js'
import { makeFetch, type Fetch } from './fetch.js'
import { Pool } from './pool.js'

/** `init` starts the module, if nobody has done that. */
export function defaultFetch(init: () => Promise<void>): Fetch {
  let pool: Pool | null = null
  const open = whileWorking(async () => {
    await init()
    return (pool = new Pool())
  })
  return makeFetch(() => (pool && !pool.multi.broken ? pool : open()))
}
