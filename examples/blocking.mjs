// Loads configuration before anything else, without a promise: `node examples/blocking.mjs URL`. The same way a program
// can have synchronous functions that need the network, such as a loader for require().
import { Easy, fetchSync } from 'libcurl-wasm/sync'

const [url] = process.argv.slice(2)
if (!url) throw new Error('usage: node examples/blocking.mjs URL')

/** Throws if the configuration cannot be loaded within ten seconds. */
function loadConfiguration() {
  const response = fetchSync(url, { headers: { Accept: 'application/json' }, timeout: 10_000 })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`)
  return response.json()
}

export const configuration = loadConfiguration()
console.log(`the configuration has ${Object.keys(configuration).join(', ')}`)

// libcurl's own API blocks, too, with all its callbacks
const easy = new Easy()
easy.setopt('URL', url)
easy.setopt('NOBODY', true)
easy.setopt('HEADERFUNCTION', (line) => void process.stdout.write(line))
easy.performSync()
easy.close()
