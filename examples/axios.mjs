// axios over a Session, by its adapter for fetch: `node examples/axios.mjs [URL]`. Install axios to run it.
import axios from 'axios'
import { Session } from 'libcurl-wasm'

const session = new Session({ retry: 2 })
const api = axios.create({
  baseURL: process.argv[2] ?? 'https://example.org/',
  adapter: 'fetch',
  env: { fetch: session.fetch },
  timeout: 10_000,
})
try {
  const { status, data } = await api.get('/')
  console.log(`${status}: ${String(data).length} characters`)
} catch (error) {
  console.error(error.code, error.cause?.cause?.message ?? error.message)
  process.exitCode = 1
}
await session.close()
