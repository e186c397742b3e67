// A client of an API: `node examples/api.mjs URL`. The session retries, has limits for its time, and rejects with error
// statuses; what extends it adds a token, and renews that when the server does not accept it any more.
import { HttpError, Session } from 'libcurl-wasm'

const session = new Session({
  baseUrl: process.argv[2],
  timeout: { connect: 5000, firstByte: 10_000, total: 60_000 },
  retry: { limit: 3, maxRetryAfter: 30_000 },
  throwHttpErrors: true,
  hooks: { beforeRetry: [({ error, retryCount }) => console.log(`retry ${retryCount}: ${error.message}`)] },
})

let token = 'none yet'
const api = session.extend({
  retry: { statusCodes: [401, 429, 503] },
  hooks: {
    beforeRequest: [({ request }) => request.headers.set('Authorization', `Bearer ${token}`)],
    beforeRetry: [
      async ({ error }) => {
        if (error instanceof HttpError && error.response.status === 401)
          token = await (await session.fetch('token', { method: 'POST', json: { user: 'me' } })).text()
      },
    ],
  },
})

try {
  console.log(await (await api.fetch('items', { searchParams: { page: 2 } })).json())
  await api.fetch('items', { method: 'POST', json: { name: 'pen' } })
} catch (error) {
  if (!(error instanceof HttpError)) throw error
  console.log(`${error.message}: ${error.excerpt}`)
} finally {
  await session.close()
}
