// Server-sent events, as language models answer with them: `node examples/events.mjs URL [PROMPT]`, with the URL of
// an API for chat completions. If the server wants a key or a model, set API_KEY and MODEL in the environment.
import { fetch } from 'libcurl-wasm'

const [url, prompt = 'Hello'] = process.argv.slice(2)
if (!url) throw new Error('usage: node examples/events.mjs URL [PROMPT]')

const { API_KEY, MODEL } = process.env

/** The values of the lines that begin with "data:". Each event of this API has one. */
async function* dataOf(body) {
  let rest = ''
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split(/\r?\n/)
    rest = lines.pop()
    for (const line of lines) if (line.startsWith('data:')) yield line.slice(5).trim()
  }
}

const response = await fetch(url, {
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',
    Accept: 'text/event-stream',
    ...(API_KEY && { Authorization: `Bearer ${API_KEY}` }),
  },
  body: JSON.stringify({ model: MODEL, stream: true, messages: [{ role: 'user', content: prompt }] }),
})
if (!response.ok) throw new Error(`${url}: status ${response.status}`)
for await (const data of dataOf(response.body)) {
  if (data === '[DONE]') break // which cancels the body, and with it the transfer
  process.stdout.write(JSON.parse(data).choices[0]?.delta.content ?? '')
}
process.stdout.write('\n')
