// The relay as a Worker on Cloudflare. Its settings are variables, in wrangler.toml beside this file.
import { createRelay } from 'libcurl-wasm-relay/worker'

// the Durable Objects that count for the limits, if wrangler.toml says so
export { RelayLimits } from 'libcurl-wasm-relay/worker'

const list = (text) => text?.split(/[\s,]+/).filter(Boolean)

function start({ ORIGINS, PORTS, TOKENS, LIMITS }) {
  // a relay for every page and every program will be found
  if (!ORIGINS && !TOKENS) throw new Error('set ORIGINS in wrangler.toml, or TOKENS with `wrangler secret put TOKENS`')
  return createRelay({
    origins: list(ORIGINS),
    allowPorts: list(PORTS),
    tokens: list(TOKENS),
    limits: LIMITS,
    log: (line) => console.log(line),
  })
}

let relay

export default {
  fetch: (request, env, context) => (relay ??= start(env)).fetch(request, context),
}
