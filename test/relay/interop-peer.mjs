// Runs other implementations of Wisp and wsproxy for interop.test.ts, from the dependencies of bench/, each in a
// process of its own: `server` is wisp-js, and prints its port; `client TASK` is libcurl.js or epoxy, and prints what
// it received.
import { createHash } from 'node:crypto'
import http from 'node:http'
import { createRequire } from 'node:module'
import { contestants } from '../../bench/relay/contestants.js'
import { libraries } from '../../bench/relay/libraries-node.mjs'

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

function serve() {
  const require = createRequire(new URL('../../bench/package.json', import.meta.url))
  const { server: wisp, logging } = require('@mercuryworkshop/wisp-js/server')
  logging.set_level(logging.NONE)
  Object.assign(wisp.options, { allow_loopback_ips: true, dns_method: async (name) => addressOf(name) })
  const server = http.createServer().on('upgrade', (...args) => wisp.routeRequest(...args))
  server.listen(0, '127.0.0.1', () => console.log(server.address().port))
}

function addressOf(name) {
  if (name === 'web.test') return '127.0.0.1'
  throw new Error(`${name} does not exist`)
}

/** Gets each URL of `get`, and posts `size` letters to each { url, size } of `post`. */
async function use({ contestant, relay, ca, settings, get, post }) {
  const client = await contestants[contestant](await libraries[contestant](), { relay, ca, settings })
  const got = []
  for (const url of get) got.push(sha256(await client.get(url)))
  const posted = []
  for (const { url, size } of post) posted.push(await client.post(url, new Uint8Array(size).fill(97)))
  console.log(JSON.stringify({ got, posted }))
}

const [, , role, task] = process.argv
if (role === 'server') serve()
else {
  await use(JSON.parse(task))
  // some clients leave timers behind
  process.exit()
}
