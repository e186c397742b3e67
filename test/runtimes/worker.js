// Runs behaviours in workerd: a request has the addresses and the names, and the response has the outcomes.
import * as curl from 'libcurl-wasm'
import * as tool from 'libcurl-wasm/tool'
import { tell } from '../behaviours/behaviours.js'

export default {
  async fetch(request) {
    const { at, names } = await request.json()
    return Response.json(await tell(curl, tool, at, names))
  },
}
