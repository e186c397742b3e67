// The functions of client.js in a Worker. It reports console output and uncaught errors to the page, because not every
// browser shows those of Workers to the tests.
import * as client from './client.js'

const complain = (complaint) => postMessage({ complaint: String(complaint) })

for (const level of ['log', 'info', 'warn', 'error', 'debug']) console[level] = (...words) => complain(words.join(' '))
addEventListener('unhandledrejection', (event) => complain(event.reason))
addEventListener('securitypolicyviolation', (event) => complain(`not allowed: ${event.violatedDirective}`))

onmessage = async ({ data: [name, args] }) => {
  try {
    postMessage({ result: await client[name](...args) })
  } catch (error) {
    postMessage({ error: String(error) })
  }
}
