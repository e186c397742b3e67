// The same in a Worker. Its console and what nobody has caught are the page's business too: not every browser tells of them.
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
