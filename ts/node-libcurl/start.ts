// node-libcurl is ready once it is imported. Here the module is started by the first call that needs it, so that an
// import costs nothing. The entry of the package says how it is started (ts/runtimes/node/node-libcurl.ts).
import { current, type Libcurl } from '../libcurl/libcurl.js'

let start: () => void = () => {
  throw new Error('libcurl-wasm/node-libcurl has no module to start')
}

/** Sets what starts the module. It does nothing while there is one. */
export function startBy(starting: () => void): void {
  start = starting
}

/** The instance, which is started if there is none, or none that works any more. */
export function started(): Libcurl {
  start()
  return current()
}
