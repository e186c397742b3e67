// Records a session: `node examples/har.mjs FILE URL...` fetches the URLs, and writes what was sent and received as an HTTP
// archive, which the Network panel of DevTools and other viewers open.
import { writeFile } from 'node:fs/promises'
import { Session } from 'libcurl-wasm'

const [file, ...urls] = process.argv.slice(2)
if (!file) throw new Error('usage: node examples/har.mjs FILE URL...')
const session = new Session({ har: true, timeout: 30_000 })

// a failure is in the archive, too
for (const url of urls)
  await session
    .fetch(url)
    .then((response) => response.text())
    .catch(() => {})

const har = await session.har()
await writeFile(file, JSON.stringify(har, null, 1))
console.log(`${file}: ${har.log.entries.length} entries`)
await session.close()
