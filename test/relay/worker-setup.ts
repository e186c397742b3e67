// Runs the tests of the relay with the Worker in workerd (vitest.config.ts says which files), and skips what a Worker does
// not have. test/relay/worker/ has what takes its place, and test/relay/worker/exceptions.test.ts holds this list to the
// names of tests that there are.
import { beforeEach } from 'vitest'

process.env.RELAY = 'worker'

const NO_RESET = 'cloudflare:sockets can end a connection, but not reset it'
const NO_UDP = 'it has no UDP, which worker/worker.test.ts tests'
const FRAMES = 'the runtime reads frames, and reports an invalid one when its header is complete'

/** Whole files that do not apply. */
export const FILES: Readonly<Record<string, string>> = {
  'deploy.test.ts': 'it is about files for the command',
  'haproxy.test.ts': 'it is for the command',
  'held.test.ts': 'it measures by /metrics, and what ws holds; worker/attacks.test.ts measures memory',
  'limits.test.ts': 'it tests classes of the core, without a relay',
  'many.test.ts': 'it measures objects of Node and ws',
  'nginx.test.ts': 'it is for the command',
  'policy.test.ts': 'it tests functions of the core, without a relay',
  'server.test.ts': 'it tests the command and its server',
  'wisp-protocol.test.ts': 'it tests the codec, without a relay',
  'workers.test.ts': 'it is for the command',
}

/** The beginnings of names of tests that do not apply. */
export const TESTS: Readonly<Record<string, string>> = {
  'streams before the login are not opened': 'checking a password blocks the isolate, so nothing arrives meanwhile',
  'the relay does not wait for a refused client': 'the runtime waits for the answer to a Close, not the Worker',
  'a client that does not read its answers is not read from either':
    'the runtime answers pings; worker/attacks.test.ts tests that it keeps no answers',
  'X-Forwarded-For is only used from configured proxies':
    'Cloudflare has another header, which worker/worker.test.ts tests',
  'an upload to a slow origin stops the client':
    'a Worker cannot stop a WebSocket; worker/attacks.test.ts tests the limit that takes its place',
  'a broken origin is an error for the client, and a broken client one for the origin': NO_RESET,
  'an error of the client is a broken connection to the origin': NO_RESET,
  'a client that vanishes is a broken connection to the origin': NO_RESET,
  'UDP: datagrams are sent to one peer': NO_UDP,
  'UDP: not if it is switched off': NO_UDP,
  'a client without streams is pinged': 'a Worker cannot ping; worker/worker.test.ts tests when it closes a client',
  'wisp, a client that reads: after a bad frame': FRAMES,
  'wisp, a client that does not read: after a bad frame': FRAMES,
  'wsproxy, a client that reads: after a bad frame': FRAMES,
  'wsproxy, a client that does not read: after a bad frame': FRAMES,
}

beforeEach((context) => {
  const why = Object.entries(TESTS).find(([name]) => context.task.name.startsWith(name))?.[1]
  if (why !== undefined) context.skip(why)
})
