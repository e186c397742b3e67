// The page of the browser's tests: asks for a step, does it in a new Worker or here, and reports what came of it. A step
// of another page is kept for that page, which goes on with it.
const step = JSON.parse(sessionStorage.step ?? 'null') ?? (await (await fetch('/next')).json())
if (step.path === location.pathname) {
  sessionStorage.removeItem('step')
  const outcome = await (step.script ? inWorker(step) : here(step)).catch((error) => ({ error: String(error) }))
  await fetch('/outcome', { method: 'POST', body: JSON.stringify(outcome) })
  location.reload()
} else {
  sessionStorage.step = JSON.stringify(step)
  location.href = step.path
}

function inWorker({ script, args }) {
  const worker = new Worker(script, { type: 'module' })
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = (event) => resolve({ error: event.message })
    worker.postMessage(args)
  }).finally(() => worker.terminate())
}

async function here({ args: [relay] }) {
  const curl = await import('/dist/js/sync-browser.js')
  await curl.init({ transport: curl.wispTransport({ url: relay }) })
  return { result: await curl.startBlocking().then(String, String) }
}
