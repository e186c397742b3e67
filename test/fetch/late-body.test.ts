// The stream of a body is made when it is asked for, and nobody can tell: every sequence of three things that can be
// done with a response ends as with Node's fetch.
import { fetch } from 'libcurl-wasm'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { httpServer } from '../servers/listening.js'

const server = await httpServer((request, response) => {
  if (request.url === '/empty') return void response.end()
  if (request.url === '/module') {
    response.setHeader('content-type', 'application/wasm')
    return void response.end(Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]))
  }
  response.setHeader('content-type', 'application/json')
  if (request.url === '/whole') return void response.end('{"a":1}')
  response.write('{"a"')
  setTimeout(() => response.end(':1}'), 20)
})
afterAll(() => server.close())

const PATIENCE_MS = 500

interface Subject {
  response: Response
  copy?: Response
}
const ACTIONS: Record<string, (subject: Subject) => unknown> = {
  text: ({ response }) => response.text(),
  json: ({ response }) => response.json(),
  bytes: async ({ response }) => Buffer.from(await response.arrayBuffer()).toString(),
  blob: async ({ response }) => (await response.blob()).size,
  form: ({ response }) => response.formData(),
  'a stream': async ({ response }) => {
    const chunks = []
    for await (const chunk of response.body!) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  },
  'a reader': ({ response }) => void response.body!.getReader(),
  'a cancelled stream': ({ response }) => response.body!.cancel(),
  'the body': ({ response }) => response.body === response.body,
  'a clone': (subject) => void (subject.copy = subject.response.clone()),
  'the text of the clone': ({ copy }) => copy?.text(),
}
const names = Object.keys(ACTIONS)

/** What each action of a sequence returns or throws, and the state of the response after it. */
async function outcomes(fetching: typeof globalThis.fetch, path: string, sequence: string[]): Promise<unknown[]> {
  const response = await fetching(server.url + path)
  const subject: Subject = { response }
  // a body that comes later is still coming
  if (path !== '/later') await sleep(3)
  const seen = []
  for (const name of sequence) {
    let result
    try {
      // to cancel one of two clones waits for the other one
      result = await Promise.race([ACTIONS[name]!(subject), sleep(PATIENCE_MS, 'it waits')])
    } catch (error) {
      result = (error as Error).name
    }
    seen.push([name, result, response.bodyUsed, response.body?.locked])
  }
  for (const each of [response, subject.copy]) if (each?.body?.locked === false) void each.body.cancel().catch(() => {})
  return seen
}

describe.each(['/whole', '/empty', '/later'])('%s', (path) => {
  test.each(names)('%s, and two more', async (first) => {
    const sequences = names.flatMap((second) => names.map((third) => [first, second, third]))
    const [ours, nodes] = await Promise.all(
      [fetch, globalThis.fetch].map((each) =>
        Promise.all(sequences.map((sequence) => outcomes(each as typeof globalThis.fetch, path, sequence))),
      ),
    )
    expect(ours).toEqual(nodes)
  })
})

test('a body that has come whole needs no stream', async () => {
  const Original = globalThis.ReadableStream
  let made = 0
  globalThis.ReadableStream = class<T> extends Original<T> {
    constructor(...args: ConstructorParameters<typeof Original<T>>) {
      super(...args)
      made++
    }
  } as typeof Original
  try {
    const response = await fetch(`${server.url}/whole`)
    expect(await response.json()).toEqual({ a: 1 })
    expect(made).toBe(0)
    expect(response.body!.locked).toBe(true)
    expect(made).toBe(1)
  } finally {
    globalThis.ReadableStream = Original
  }
})

describe('an abort before the body is asked for', () => {
  test.each(['/whole', '/later'])('is the error of the body: %s', async (path) => {
    for (const read of [(r: Response) => r.text(), (r: Response) => r.body!.getReader().read()]) {
      const aborting = new AbortController()
      const response = await fetch(server.url + path, { signal: aborting.signal })
      aborting.abort()
      await expect(read(response)).rejects.toMatchObject({ name: 'AbortError' })
    }
  })

  test('changes nothing once an empty body has ended', async () => {
    const aborting = new AbortController()
    const response = await fetch(`${server.url}/empty`, { signal: aborting.signal })
    await response.curl.finished
    aborting.abort()
    expect(await response.text()).toBe('')
  })
})

test("Node's own functions can read it", async () => {
  const module = await WebAssembly.compileStreaming(fetch(`${server.url}/module`))
  expect(module).toBeInstanceOf(WebAssembly.Module)
  const copy = new Response((await fetch(`${server.url}/whole`)).body)
  expect(await copy.json()).toEqual({ a: 1 })
})
