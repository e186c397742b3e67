// Properties of forms: what MIMEPOST and fetch send is what Node's parser of forms reads, and what Node writes.
//
// Known differences, kept out of the generators or undone in the comparison:
// - a name or file name with %0A, %0D or %22: the standard writes line ends and quotes so, and has no way to escape the
//   percent sign itself, so parsers cannot tell the two apart.
// - NUL in a name: a C string ends there, and setopt refuses it.
// - a text that begins with U+FEFF: Node's parser takes it for a byte order mark, and removes it.
// - a file without a name: Node leaves filename out, but the standard, and fetch here, write an empty one.
// - a line end in a name, or in a text of a FormData, becomes CRLF by the standard; in MIMEPOST it stays as it is.
import init, { Easy, Multi, fetch, type MimePart } from 'libcurl-wasm'
import { afterAll, expect, test } from 'vitest'
import { bodyOf, httpServer } from '../servers/listening.js'
import { transfer } from '../servers/transfer.js'
import fc from './settings.js'

await init()
const multi = new Multi()
const easy = new Easy()
afterAll(() => (easy.close(), multi.close()))

let last: { type: string; body: Uint8Array<ArrayBuffer> }
const server = await httpServer(async (request, response) => {
  last = { type: request.headers['content-type']!, body: new Uint8Array(await bodyOf(request)) }
  response.end()
})
afterAll(() => server.close())

const parsed = (): Promise<FormData> => new Response(last.body, { headers: { 'content-type': last.type } }).formData()

const AMBIGUOUS = /%0A|%0D|%22/i
const text = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replace(/^\ufeff+/, ''))
const name = text.filter((text) => !text.includes('\0') && !AMBIGUOUS.test(text))
const bytes = fc.uint8Array({ maxLength: 300 })
const type = fc.constantFrom('text/plain', 'application/json', 'image/x-y; a=b', 'application/octet-stream')

/** A part, and the expected name, file name and content. */
type Sent = { part: MimePart; file: string | undefined; content: Uint8Array }

/** The different ways to pass the same bytes. */
const given = fc.constantFrom<(content: Uint8Array) => MimePart>(
  (content) => ({ data: content }),
  (content) => ({ data: new Blob([content as Uint8Array<ArrayBuffer>]) }),
  (content) => ({ data: streamOf(content), size: content.length }),
  (content) => ({ data: streamOf(content) }),
)

function streamOf(content: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async start(controller) {
      for (let at = 0; at < content.length; at += 100) {
        await null
        controller.enqueue(content.subarray(at, at + 100))
      }
      controller.close()
    },
  })
}

const fields = fc.tuple(name, text).map(([name, data]): Sent => {
  return { part: { name, data }, file: undefined, content: new TextEncoder().encode(data) }
})
const files = fc
  .tuple(
    name,
    name.filter((text) => text !== ''),
    type,
    bytes,
    given,
  )
  .map(([name, filename, type, content, give]): Sent => ({
    part: { name, filename, type, ...give(content) },
    file: filename,
    content,
  }))

test('MIMEPOST arrives as it was given', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fields, files), { minLength: 1, maxLength: 6 }), async (parts) => {
      const { error } = await transfer(multi, server.url, { MIMEPOST: parts.map(({ part }) => part) }, easy)
      expect(error).toBeUndefined()
      const form = [...(await parsed())]
      expect(form.map(([name]) => name)).toEqual(parts.map(({ part }) => part.name))
      for (const [i, [, value]] of form.entries()) {
        const { part, file, content } = parts[i]!
        if (typeof value === 'string') expect([file, new TextEncoder().encode(value)]).toEqual([undefined, content])
        else {
          expect([value.name, value.type]).toEqual([file, part.type])
          expect(new Uint8Array(await value.arrayBuffer())).toEqual(new Uint8Array(content))
        }
      }
    }),
  )
})

const fileName = name.filter((text) => text !== '')
const entries = fc.array(fc.tuple(name, fc.oneof(text, fc.tuple(bytes, fileName, type))), { maxLength: 6 })

function formOf(list: [string, string | [Uint8Array, string, string]][]): FormData {
  const form = new FormData()
  for (const [name, value] of list) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, new File([value[0] as Uint8Array<ArrayBuffer>], value[1], { type: value[2] }))
  }
  return form
}

test('fetch writes a FormData as Node does', async () => {
  await fc.assert(
    fc.asyncProperty(entries, async (list) => {
      await (await fetch(server.url, { method: 'POST', body: formOf(list) })).text()
      const ours = withoutBoundary(last.type, last.body)
      const node = new Response(formOf(list))
      const theirs = withoutBoundary(node.headers.get('content-type')!, new Uint8Array(await node.arrayBuffer()))
      expect(ours).toBe(theirs)
    }),
  )
})

function withoutBoundary(type: string, body: Uint8Array): string {
  const boundary = /boundary=(\S+)/.exec(type)![1]!
  return Buffer.from(body).toString('latin1').replaceAll(boundary, 'BOUNDARY')
}
