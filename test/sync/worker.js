// A Worker of the browser's tests: makes blocking calls, and answers with what they return or throw.
import * as curl from '/dist/js/sync-browser.js'

const { Easy, fetchSync, init, startBlocking, wispTransport, wsproxyTransport } = curl

const steps = {
  /** Without startBlocking(), nothing may hang. */
  async early(relay, url) {
    await init({ transport: wispTransport({ url: relay }) })
    return fetchSync(url).text()
  },

  async load(relay, url) {
    const [kind, address] = relay.split(' ')
    await init({ transport: kind === 'wisp' ? wispTransport({ url: address }) : wsproxyTransport({ url: address }) })
    await startBlocking()
    const results = []
    const easy = new Easy().setopt('URL', `${url}/big`)
    let received = 0
    easy.setopt('WRITEFUNCTION', (bytes) => void (received += bytes.length))
    easy.performSync()
    easy.close()
    results.push(received)
    const form = new FormData()
    form.set('file', new File(['content'], 'name'))
    const answer = fetchSync(`${url}/echo`, { method: 'POST', body: form })
    results.push(answer.text().match(/filename="name"[^]*content/) !== null)
    try {
      fetchSync(`${url}/never`, { timeout: 200 })
    } catch (error) {
      results.push(error.cause.code)
    }
    return results
  },

  async secure(relay, url, ca) {
    await init({ transport: wispTransport({ url: relay }) })
    await startBlocking()
    const options = { CAINFO_BLOB: new TextEncoder().encode(ca) }
    // the certificates of the package do not have the tests' authority
    const untrusted = (() => {
      try {
        return fetchSync(url).status
      } catch (error) {
        return error.cause.code
      }
    })()
    return [fetchSync(url, { curl: { options } }).text(), untrusted]
  },
}

onmessage = async ({ data: [name, ...args] }) => {
  try {
    postMessage({ result: await steps[name](...args) })
  } catch (error) {
    postMessage({ error: `${error.name}: ${error.message} ${error.cause ?? ''}` })
  }
}
