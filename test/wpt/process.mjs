// Runs one test file in a process of its own, so that nothing of it affects the next one.
import { fork } from 'node:child_process'

/** After this additional time, in milliseconds, a process that does not notice its timeout is killed. */
const GRACE_MS = 20_000
/** Status codes of testharness.js. */
const [PASS, OK] = [0, 0]
/** The name of the failure of a whole file. It only exists if the file fails, so it does not count as a subtest. */
export const WHOLE = '(the file as a whole)'

/**
 * Resolves with the outcome of each subtest by its name: null, or the failure. `client` is a module that exports
 * globals, and `test` is the parameter of world.mjs. The server's certificate is trusted. `output` shows the output of
 * the process.
 */
export async function run(client, test, { server, output }) {
  const child = fork(new URL('world.mjs', import.meta.url), {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: server.certificate },
    execArgv: ['--no-warnings', '--experimental-websocket'],
    stdio: ['ignore', output, output, 'ipc'],
    serialization: 'advanced',
  })
  child.send({ client: new URL(`clients/${client}.mjs`, import.meta.url).href, ...test })
  const late = setTimeout(() => child.kill('SIGKILL'), test.patienceMs + GRACE_MS)
  const results = await new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve([[WHOLE, `the process has ended with ${code ?? signal}`]]))
    child.once('message', ({ status, message, subtests }) =>
      resolve([...wholeOf(status, message), ...subtests.map(outcome)]),
    )
  })
  clearTimeout(late)
  child.kill('SIGKILL')
  return byName(results.map(([name, failure]) => [server.nameThePorts(name), failure]))
}

function wholeOf(status, message) {
  return status === OK ? [] : [[WHOLE, message ?? 'it took too long']]
}

function outcome({ name, status, message }) {
  return [name, status === PASS ? null : (message ?? 'it has not ended')]
}

/** The results by name, made unique, because two subtests can have the same name. */
function byName(results) {
  const named = new Map()
  for (const [name, failure] of results) {
    let unique = name
    for (let n = 2; named.has(unique); n++) unique = `${name} (${n})`
    named.set(unique, failure)
  }
  return named
}
