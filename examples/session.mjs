// A session that outlives its process: `node examples/session.mjs FILE URL...` keeps cookies, HSTS and TLS sessions in a
// file. Run it twice: the second run sends the cookies of the first, and resumes its TLS sessions.
import { readFile, writeFile } from 'node:fs/promises'
import { Session } from 'libcurl-wasm'

const [file, ...urls] = process.argv.slice(2)
if (!file) throw new Error('usage: node examples/session.mjs FILE URL...')
const session = new Session({ timeout: 30_000, maxConnectionsPerHost: 4 })

const saved = await readFile(file, 'utf8').then(JSON.parse, () => ({ cookies: [], hsts: [], tls: [] }))
await session.cookies.set(saved.cookies)
await session.hsts.import(saved.hsts)
await session.tlsSessions.import(saved.tls)
console.log(`${saved.cookies.length} cookies and ${saved.tls.length} TLS sessions from before`)

for (const url of urls) {
  const response = await session.fetch(url)
  console.log(`${response.url}: ${response.status}, ${(await response.text()).length} characters`)
}

const kept = {
  cookies: await session.cookies.list(),
  hsts: await session.hsts.export(),
  tls: await session.tlsSessions.export(),
}
await writeFile(file, JSON.stringify(kept), { mode: 0o600 }) // it is as secret as a password
await session.close()
