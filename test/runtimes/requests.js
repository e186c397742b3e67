// A Worker that loads ?url=... and answers with the body: when it is complete, or while it arrives at the path /stream.
import { fetch } from 'libcurl-wasm'

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url)
    const { status, body, curl } = await fetch(searchParams.get('url'))
    if (pathname === '/stream') return new Response(body, { status })
    return Response.json([await new Response(body).text(), curl.redirects.length])
  },
}
