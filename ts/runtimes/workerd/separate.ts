// What connections share in workerd: the buffer only. Each has a Multi of its own, because a Multi has a timer, which
// belongs to the request that has set it.
import { Shared, type Connection } from '../../connect/shared.js'
import { Multi } from '../../libcurl/multi.js'
import { belonging } from './requests.js'

export class Separate extends Shared {
  readonly #left = new WeakMap<Connection, () => void>()

  override enter(connection: Connection): Multi {
    const multi = new Multi()
    this.#left.set(
      connection,
      belonging(() => connection.close()),
    )
    return multi
  }

  override leave(connection: Connection, multi: Multi): void {
    if (!multi.broken) multi.close()
    this.#left.get(connection)!()
  }
}
