// The Worker that reads an HTTP archive, because parsing a large one would block the page. It holds the archive until
// the page terminates it.
import type { FromReader, ToReader } from './protocol.js'
import { Archive } from './read-har.js'

/** The longest text that engines can hold, in bytes. */
const LONGEST = 500_000_000

const port = globalThis as unknown as {
  postMessage(message: FromReader): void
  onmessage: ((event: MessageEvent<ToReader>) => void) | null
}
let archive: Archive | null = null

async function handle(message: ToReader): Promise<FromReader> {
  if (message.type === 'choose') return { type: 'chosen', ...archive!.request(message.index) }
  if (message.archive.size > LONGEST) throw new Error('it is larger than 500 MB')
  archive = new Archive(await message.archive.text())
  return { type: 'lines', lines: archive.lines, others: archive.others }
}

port.onmessage = ({ data }) =>
  void handle(data).then(
    (answer) => port.postMessage(answer),
    (error: Error) => port.postMessage({ type: 'failed', message: error.message }),
  )
