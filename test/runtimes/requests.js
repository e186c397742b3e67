// A Worker that answers with what it loads: ?url=... once it has all of it, or at /stream as it comes.
import { fetch } from 'libcurl-wasm'

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url)
    const { status, body, curl } = await fetch(searchParams.get('url'))
    if (pathname === '/stream') return new Response(body, { status })
    return Response.json([await new Response(body).text(), curl.redirects.length])
  },
}
