// The Worker that the tests of the relay run in workerd. Its variable `options` has the relay's options, and `addressHeader`
// the name of a header with the address of the client.
import { createRelay } from 'libcurl-wasm-relay/worker'

const start = ({ options, addressHeader }) =>
  createRelay({
    ...(addressHeader && { clientAddress: (request) => request.headers.get(addressHeader) }),
    log: (line) => console.log(JSON.stringify(line)),
    ...options,
  })

let relay

export default {
  fetch: (request, env, context) => (relay ??= start(env)).fetch(request, context),
}
