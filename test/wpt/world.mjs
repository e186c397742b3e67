// A process in which one test file runs: globals as the tests expect them, testharness.js, and a client whose fetch
// or WebSocket takes the place of the platform's. Started by run.mjs, which it tells the results of subtests.
import dns from 'node:dns'
import { once } from 'node:events'
import vm from 'node:vm'

const { client, page, scripts, title, patienceMs } = (await once(process, 'message'))[0]

process.once('disconnect', () => process.exit())

/** The tests' hosts are names of this machine, but for those that must not exist. Nothing else is asked for. */
function addressOf(name) {
  const local =
    name === 'localhost' || (/(^|\.)(not-)?web-platform\.test$/.test(name) && !name.startsWith('nonexistent.'))
  if (local) return { address: '127.0.0.1', family: 4 }
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname: name,
  })
}
dns.promises.lookup = async (name, { all }) => (all ? [addressOf(name)] : addressOf(name))
dns.lookup = (name, options, callback) => {
  process.nextTick(() => {
    try {
      const found = addressOf(name)
      if (options.all) callback(null, [found])
      else callback(null, found.address, found.family)
    } catch (error) {
      callback(error)
    }
  })
}

const events = new EventTarget()
Object.assign(globalThis, {
  self: globalThis,
  location: new URL(page),
  GLOBAL: { isWindow: () => false, isWorker: () => false, isShadowRealm: () => false },
  addEventListener: events.addEventListener.bind(events),
  removeEventListener: events.removeEventListener.bind(events),
  // testharness.js takes its title from here
  META_TITLE: title,
})
// where relative addresses start, for the Request and the fetch of Node
globalThis[Symbol.for('undici.globalOrigin.1')] = new URL(page)

const clients = await import(client)
// what the client does not have is not to be Node's
for (const name of ['fetch', 'WebSocket']) delete globalThis[name]
for (const [name, value] of Object.entries(clients))
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: name === 'fetch' })
// idlharness.js looks for this to learn which interfaces there have to be
if (scripts.some(({ path }) => path.endsWith('/idlharness.js'))) globalThis.Window = class Window {}

// what no test has expected
const tell = (type, members) => events.dispatchEvent(Object.assign(new Event(type), members))
process.on('uncaughtException', (error) => tell('error', { error, message: error?.message ?? String(error) }))
process.on('unhandledRejection', (reason) => tell('unhandledrejection', { reason }))

const late = setTimeout(() => globalThis.timeout(), patienceMs)

// all in one go: without a document, testharness.js takes the tests to be complete at the next microtask
const [harness, ...rest] = scripts
vm.runInThisContext(harness.source, { filename: harness.path })
globalThis.add_completion_callback((subtests, { status, message }) => {
  clearTimeout(late)
  process.send({
    status,
    message,
    subtests: subtests.map(({ name, status, message }) => ({ name, status, message })),
  })
})
for (const { path, source } of rest) {
  try {
    vm.runInThisContext(source, { filename: path })
  } catch (error) {
    tell('error', { error, message: error?.message ?? String(error) })
  }
}
