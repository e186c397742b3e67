// Objects of the application that misbehave: they throw when they are used, return wrong values, or pretend to be
// something else. The call of fetch must reject, and nothing may be thrown where it cannot be caught.
import init, { Easy, fetch, type MimePart } from 'libcurl-wasm'
import { Stream } from 'node:stream'
import { expect, test } from 'vitest'
import { runScript } from '../servers/script.js'

/** Runs in a process of its own, which an uncaught exception would end. */
const program = `
  import http from 'node:http'
  import { fetch } from 'libcurl-wasm'
  const server = http.createServer((request, response) => {
    if (request.url === '/early') return response.writeHead(413, { connection: 'close' }).end('no')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.on('listening', resolve))
  const url = 'http://127.0.0.1:' + server.address().port

  const fail = () => { throw new Error('hostile') }
  const never = new Promise(() => {})
  const rejected = () => Promise.reject(new Error('hostile'))
  const iterator = (more) => () => ({ [Symbol.asyncIterator]: () => ({ next: () => never, ...more }) })
  const bodies = {
    'no return()': iterator({}),
    'return() that throws': iterator({ return: fail }),
    'return() that rejects': iterator({ return: rejected }),
    'return() that returns nothing': iterator({ return() {} }),
    'return() that returns a number': iterator({ return: () => 5 }),
    'return that is no function': iterator({ return: 5 }),
    'return() that returns a thenable which throws': iterator({ return: () => ({ then: fail }) }),
    'return() that returns an object whose then throws': iterator({ return: () => ({ get then() { return fail() } }) }),
    'a return that throws when it is looked at': () => ({
      [Symbol.asyncIterator]: () => Object.defineProperty({ next: () => never }, 'return', { get: fail }),
    }),
    'next() that throws': iterator({ next: fail, return: fail }),
    'next() that rejects': iterator({ next: rejected, return: rejected }),
    'next() that returns nothing': iterator({ next() {}, return: fail }),
    'next that is no function': iterator({ next: 5, return: fail }),
    'next() whose result throws': iterator({ next: () => ({ get done() { return fail() } }), return: fail }),
    'next() whose value throws': iterator({ next: () => ({ get value() { return fail() } }), return: fail }),
    'chunks that are no bytes': iterator({ next: () => ({ value: { [Symbol.toStringTag]: 'Uint8Array' } }), return: fail }),
    'chunks whose tag throws': iterator({ next: () => ({ value: { get [Symbol.toStringTag]() { return fail() } } }) }),
    'a stream whose cancel() throws': () => new ReadableStream({ pull: () => never, cancel: fail }),
    'a stream whose cancel() rejects': () => new ReadableStream({ pull: () => never, cancel: rejected }),
    'a stream whose pull() throws': () => new ReadableStream({ pull: fail, cancel: fail }, { highWaterMark: 0 }),
    'a stream of another make': () => ({
      [Symbol.toStringTag]: 'ReadableStream', getReader: () => ({ read: () => never, cancel: fail }),
    }),
    'a stream of another make that answers nothing': () => ({
      [Symbol.toStringTag]: 'ReadableStream', getReader: () => ({ read: fail, cancel() {} }),
    }),
    'a Blob that cannot be read': () => {
      const blob = new Blob(['x'.repeat(2 << 20)])
      return Object.assign(blob, { slice: fail })
    },
  }
  const stages = {
    before: (controller) => (controller.abort(), '/'),
    during: (controller) => (setTimeout(() => controller.abort(), 20), '/'),
    answered: () => '/early',
  }
  let count = 0
  for (const [name, body] of Object.entries(bodies))
    for (const [stage, begin] of Object.entries(stages)) {
      const controller = new AbortController()
      const path = begin(controller)
      const init = { method: 'POST', body: body(), duplex: 'half', signal: controller.signal }
      const outcome = await fetch(url + path, init).then((response) => response.status, (error) => error.name)
      if (![413, 'AbortError', 'TypeError'].includes(outcome)) console.log(name, stage, outcome)
      await new Promise((resolve) => setTimeout(resolve))
      count++
    }
  console.log(count === Object.keys(bodies).length * 3 ? 'done' : count)
  process.exit()`

test('a body that misbehaves, aborted at each stage, ends its call and not the process', async () => {
  const { stdout, stderr } = await runScript(program)
  expect({ stdout, stderr }).toEqual({ stdout: 'done\n', stderr: '' })
})

/** Like npm's form-data: a stream of the oldest kind that is named FormData. */
class NpmFormData extends Stream {
  append(): void {}
  get [Symbol.toStringTag](): string {
    return 'FormData'
  }
}

const lies: [string, unknown, RegExp][] = [
  [
    'npm form-data',
    new NpmFormData(),
    /init\.body calls itself FormData, but has no method forEach\(\): use the FormData/,
  ],
  ['an older npm form-data', Object.assign(new Stream(), { toString: () => '[object FormData]' }), /only be piped/],
  ...['Blob', 'File', 'ReadableStream', 'URLSearchParams', 'ArrayBuffer'].map((tag): [string, unknown, RegExp] => [
    `what calls itself ${tag}`,
    { [Symbol.toStringTag]: tag },
    new RegExp(`init\\.body calls itself ${tag}`),
  ]),
  [
    'an iterable without an iterator',
    { [Symbol.asyncIterator]: () => 5 },
    /\[Symbol\.asyncIterator\]\(\) returned number 5/,
  ],
]

test.each(lies)('%s as a body is refused by name', async (_name, body, message) => {
  const error = await fetch('http://127.0.0.1:2/', { method: 'POST', body: body as never, duplex: 'half' }).catch(
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(TypeError)
  expect((error as TypeError).message).toMatch(message)
})

test('an object named AbortSignal that is none is refused by name', async () => {
  const signal = { [Symbol.toStringTag]: 'AbortSignal' } as never
  await expect(fetch('http://127.0.0.1:2/', { signal })).rejects.toThrow(/init\.signal calls itself AbortSignal/)
})

test('npm form-data as a part of MIMEPOST is refused by name, and so is a field that no part has', async () => {
  await init()
  const easy = new Easy()
  const set = (part: unknown) => () => easy.setopt('MIMEPOST', [part as MimePart])
  expect(set({ name: 'a', data: new NpmFormData() })).toThrow(/^MIMEPOST\[0\]\.data calls itself FormData/)
  expect(set({ name: 'a', content: 'x' })).toThrow(
    /^MIMEPOST\[0\]\.content: a part has no such field; its fields are name, data/,
  )
  expect(set({ parts: [{ fileName: 'x' }] })).toThrow(/^MIMEPOST\[0\]\.parts\[0\]\.fileName/)
  easy.close()
})
