// The process that runs one test file: with the globals that the tests expect, testharness.js, and a client whose fetch
// or WebSocket replaces the platform's. process.mjs starts it, and gets the results of the subtests.
import dns from 'node:dns'
import { once } from 'node:events'
import vm from 'node:vm'

const { client, page, scripts, title, patienceMs } = (await once(process, 'message'))[0]

process.once('disconnect', () => process.exit())

/** Resolves the tests' hosts to this machine, except for those that must not exist. No others are used. */
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
  // testharness.js reads its title from here
  META_TITLE: title,
})
// the base of relative URLs, for the Request and the fetch of Node
globalThis[Symbol.for('undici.globalOrigin.1')] = new URL(page)

const clients = await import(client)
// if the client does not have one, Node's must not be used
for (const name of ['fetch', 'WebSocket']) delete globalThis[name]
for (const [name, value] of Object.entries(clients))
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: name === 'fetch' })
// idlharness.js checks for this to know which interfaces must exist
if (scripts.some(({ path }) => path.endsWith('/idlharness.js'))) globalThis.Window = class Window {}

// uncaught errors
const tell = (type, members) => events.dispatchEvent(Object.assign(new Event(type), members))
process.on('uncaughtException', (error) => tell('error', { error, message: error?.message ?? String(error) }))
process.on('unhandledRejection', (reason) => tell('unhandledrejection', { reason }))

const late = setTimeout(() => globalThis.timeout(), patienceMs)

// all in one task, because without a document testharness.js ends at the next microtask
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
