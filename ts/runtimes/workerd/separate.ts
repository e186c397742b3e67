// What connections share in workerd: the buffer only. Each has a Multi of its own, because a Multi has a timer, which
// belongs to the request that has set it.
import type { RawConnection } from '../../connect/raw-connection.js'
import { Shared } from '../../connect/shared.js'
import { Multi } from '../../libcurl/multi.js'
import { belonging } from './requests.js'

export class Separate extends Shared {
  readonly #left = new WeakMap<RawConnection, () => void>()

  override enter(connection: RawConnection): Multi {
    const multi = new Multi()
    this.#left.set(
      connection,
      belonging(() => connection.close()),
    )
    return multi
  }

  override leave(connection: RawConnection, multi: Multi): void {
    if (!multi.broken) multi.close()
    this.#left.get(connection)!()
  }
}
