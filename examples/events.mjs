// Server-sent events, as language models answer with them: `node examples/events.mjs URL [PROMPT]`.
import { fetch } from 'libcurl-wasm'

const [url, prompt = 'Hello'] = process.argv.slice(2)
if (!url) throw new Error('usage: node examples/events.mjs URL [PROMPT]')

async function* dataOf(body) {
  let rest = ''
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + text).split('\n\n')
    rest = events.pop()
    for (const event of events) yield event.replace(/^data: /, '')
  }
}

const response = await fetch(url, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
  body: JSON.stringify({ stream: true, messages: [{ role: 'user', content: prompt }] }),
})
if (!response.ok) throw new Error(`${url}: status ${response.status}`)
for await (const data of dataOf(response.body)) {
  if (data === '[DONE]') break // which cancels the body, and with it the transfer
  process.stdout.write(JSON.parse(data).choices[0].delta.content ?? '')
}
process.stdout.write('\n')
