// The Worker that the tests of the relay run in workerd. Its variable `options` has the relay's options, and `addressHeader`
// the name of a header with the address of the client. With the binding LIMITS, Durable Objects count for the limits, and
// the path /object asks one of them; see RelayLimits.
import { createRelay, RelayLimits as Limits } from 'libcurl-wasm-relay/worker'

const start = ({ options, addressHeader, LIMITS }) =>
  createRelay({
    ...(addressHeader && { clientAddress: (request) => request.headers.get(addressHeader) }),
    ...(LIMITS && { limits: LIMITS }),
    log: (line) => console.log(JSON.stringify(line)),
    ...options,
  })

/** What the objects do, and how often the runtime has made one. */
let mode = 'work'
let made = 0

/** An object that fails when it is told to. Its answer at /object says how many clients it has. */
export class RelayLimits extends Limits {
  #state
  constructor(state) {
    super(state)
    this.#state = state
    made++
  }

  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname !== '/object') {
      if (mode === 'fail') throw new Error('the object fails')
      if (mode === 'hang') await new Promise((resolve) => setTimeout(resolve, 100_000))
      if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, 500))
      return super.fetch(request)
    }
    mode = searchParams.get('mode') ?? mode
    const sockets = this.#state.getWebSockets()
    const pinged = sockets.filter((ws) => this.#state.getWebSocketAutoResponseTimestamp(ws)).length
    if (searchParams.has('restart')) this.#state.abort('the object begins again')
    return Response.json({ clients: sockets.length, pinged, made })
  }
}

let relay

export default {
  fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/object' && env.LIMITS)
      return env.LIMITS.get(env.LIMITS.idFromName(searchParams.get('key'))).fetch(request.url)
    return (relay ??= start(env)).fetch(request, context)
  },
}
