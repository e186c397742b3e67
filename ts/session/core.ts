// What a session has in libcurl once the module runs: a Multi with connections and resolved names, a Share with
// cookies, HSTS and TLS sessions, and an easy handle to read and change these without a transfer.
import { CURL_LOCK_DATA_COOKIE, CURL_LOCK_DATA_HSTS, CURL_LOCK_DATA_SSL_SESSION } from '../libcurl/constants.gen.js'
import { Easy } from '../libcurl/easy.js'
import { Pool, type PoolOptions } from '../fetch/pool.js'
import { Share } from '../libcurl/share.js'
import { AltSvcStore } from './alt-svc.js'
import type { HarRecorder } from './har.js'
import { REFUSED, type Settings } from './session-options.js'

const SHARED = [CURL_LOCK_DATA_COOKIE, CURL_LOCK_DATA_HSTS, CURL_LOCK_DATA_SSL_SESSION] as const

/** Tries all options before anything else is made. @throws TypeError for an option that libcurl does not accept */
function tryOut(settings: Settings): void {
  const easy = new Easy()
  try {
    settings.prepare(easy, false)
  } finally {
    easy.close()
  }
}

function alternatives(altSvc: AltSvcStore | null): Pick<PoolOptions, 'isCurrent' | 'retire' | 'fallBack'> {
  if (!altSvc) return {}
  return {
    isCurrent: (easy) => altSvc.isCurrent(easy),
    retire: (easy) => altSvc.retire(easy),
    fallBack: (url) => altSvc.fallBack(url),
  }
}

export class Core {
  readonly share = new Share()
  /** null unless the session has the option altSvc. */
  readonly altSvc: AltSvcStore | null
  readonly pool: Pool
  /** A handle with the caches, which performs no transfers. */
  readonly control: Easy

  private constructor(settings: Settings, recorder: HarRecorder | null) {
    for (const kind of SHARED) this.share.setopt('SHARE', kind)
    this.control = this.handle()
    this.altSvc = settings.altSvc ? new AltSvcStore() : null
    const prepare = (easy: Easy, elsewhere: boolean): void => {
      easy.setopt('SHARE', this.share)
      easy.setopt('COOKIEFILE', '') // turns cookies on, without a file
      this.altSvc?.prepare(easy)
      settings.prepare(easy, elsewhere)
    }
    const { unrestricted, connectionMs } = settings
    this.pool = new Pool({
      prepare,
      unrestricted,
      connectionMs,
      refused: REFUSED,
      stateful: true,
      observers: recorder ? [recorder] : [],
      ...alternatives(this.altSvc),
    })
    settings.limit(this.pool.multi)
  }

  /** @throws TypeError that names the option that is wrong */
  static open(settings: Settings, recorder: HarRecorder | null): Core {
    tryOut(settings)
    return new Core(settings, recorder)
  }

  /** A handle with the caches. The caller closes it. */
  handle(): Easy {
    return new Easy().setopt('SHARE', this.share)
  }

  async close(): Promise<void> {
    this.pool.close(new Error('the session was closed'))
    await null // the pool closes the handles that were in use in a microtask
    this.control.close()
    this.share.close()
  }
}
