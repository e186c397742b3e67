// The page of the tests: lets a test call the functions of client.js, here or in a new Worker. Errors of the page and
// of Workers go to the console, where the tests look for them.
import * as client from './client.js'

const complain = (text) => console.error(text)

const here = (name, args) => client[name](...args)

function inWorker(name, args) {
  const worker = new Worker('/test/browser/worker.js', { type: 'module' })
  const answer = new Promise((resolve, reject) => {
    worker.onmessage = ({ data: { complaint, error, result } }) => {
      if (complaint !== undefined) complain(complaint)
      else if (error !== undefined) reject(new Error(error))
      else resolve(result)
    }
    worker.onerror = (event) => reject(new Error(event.message ?? 'the Worker does not start'))
  })
  worker.postMessage([name, args])
  return answer.finally(() => worker.terminate())
}

addEventListener('securitypolicyviolation', (event) => complain(`not allowed: ${event.violatedDirective}`))

globalThis.places = { page: here, Worker: inWorker }
