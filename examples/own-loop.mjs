// libcurl in an event loop of your own, by curl_multi_socket_action: `node examples/own-loop.mjs [URL]`.
import init, { CURL_POLL_NONE, CURL_POLL_REMOVE, CURL_SOCKET_TIMEOUT, Easy, Multi, sockets } from 'libcurl-wasm'

await init()
const multi = new Multi()
let timer

/** What has ended; the multi handle is closed after the last one. */
function readMessages() {
  for (let message = multi.infoRead(); message; message = multi.infoRead()) {
    const { easy, error } = message
    console.error(`${easy.getinfo('EFFECTIVE_URL')}: ${error ? error.message : easy.getinfo('RESPONSE_CODE')}`)
    multi.remove(easy)
    easy.close()
  }
  if (multi.handles().length === 0) multi.close()
}

function act(s, events) {
  multi.socketAction(s, events)
  readMessages()
}

multi.setopt('SOCKETFUNCTION', (_easy, s, what) => {
  console.error(`socket ${s}: ${['none', 'in', 'out', 'in and out', 'remove'][what]}`)
  sockets.watch(s, what === CURL_POLL_REMOVE ? CURL_POLL_NONE : what, act)
})
multi.setopt('TIMERFUNCTION', (_multi, ms) => {
  clearTimeout(timer)
  if (ms >= 0) timer = setTimeout(act, ms, CURL_SOCKET_TIMEOUT, 0)
})

const easy = new Easy()
easy.setopt('URL', process.argv[2] ?? 'https://example.org/')
easy.setopt('WRITEFUNCTION', (chunk) => void process.stdout.write(chunk))
multi.add(easy)
