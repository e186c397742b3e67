// What a session has in libcurl once the module runs: a Multi with its connections and its names, a Share with cookies,
// HSTS and TLS sessions, and an easy handle for what is done to these without a transfer.
import { CURL_LOCK_DATA_COOKIE, CURL_LOCK_DATA_HSTS, CURL_LOCK_DATA_SSL_SESSION } from '../libcurl/constants.gen.js'
import { Easy } from '../libcurl/easy.js'
import { Pool, type PoolOptions } from '../fetch/pool.js'
import { Share } from '../libcurl/share.js'
import { AltSvcStore } from './alt-svc.js'
import { REFUSED, type Settings } from './options.js'

const SHARED = [CURL_LOCK_DATA_COOKIE, CURL_LOCK_DATA_HSTS, CURL_LOCK_DATA_SSL_SESSION] as const

/** @throws TypeError for an option that libcurl does not take, while nothing has been made yet */
function tryOut(settings: Settings): void {
  const easy = new Easy()
  try {
    settings.prepare(easy, false)
  } finally {
    easy.close()
  }
}

function retirement(altSvc: AltSvcStore | null): Pick<PoolOptions, 'isCurrent' | 'retire'> {
  return altSvc ? { isCurrent: (easy) => altSvc.isCurrent(easy), retire: (easy) => altSvc.retire(easy) } : {}
}

export class Core {
  readonly share = new Share()
  /** null where it is not wanted. */
  readonly altSvc: AltSvcStore | null
  readonly pool: Pool
  /** Has the caches, and no transfer. */
  readonly control: Easy

  private constructor(settings: Settings) {
    for (const kind of SHARED) this.share.setopt('SHARE', kind)
    this.control = this.handle()
    this.altSvc = settings.altSvc ? new AltSvcStore() : null
    const prepare = (easy: Easy, elsewhere: boolean): void => {
      easy.setopt('SHARE', this.share)
      easy.setopt('COOKIEFILE', '') // no file, but cookies
      this.altSvc?.prepare(easy)
      settings.prepare(easy, elsewhere)
    }
    const { unrestricted } = settings
    this.pool = new Pool({ prepare, unrestricted, refused: REFUSED, stateful: true, ...retirement(this.altSvc) })
    settings.limit(this.pool.multi)
  }

  /** @throws TypeError, naming the option that is wrong */
  static open(settings: Settings): Core {
    tryOut(settings)
    return new Core(settings)
  }

  /** A handle with the caches. Whoever takes it closes it. */
  handle(): Easy {
    return new Easy().setopt('SHARE', this.share)
  }

  async close(): Promise<void> {
    this.pool.close(new Error('the session was closed'))
    await null // by then the pool has closed the handles that were in use
    this.control.close()
    this.share.close()
  }
}
