// Compares calls of fetch: the same call with this package and with Node must have the same outcome. Intended
// differences are named in their tests, and in docs/fetch.md.
import { fetch, type FetchInit } from 'libcurl-wasm'
import { expect } from 'vitest'

export type Fetching = (input: string | URL | Request, init?: FetchInit) => Promise<Response>

export const ours = fetch
export const nodes = globalThis.fetch as Fetching

/** An error without its text. */
export function errorOf(error: unknown): string {
  return `${(error as Error).constructor.name} ${(error as Error).name}`
}

const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'date'])

/** A response as plain data, with its body as text. */
export async function outcomeOf(calling: Promise<Response>): Promise<unknown> {
  let response: Response
  try {
    response = await calling
  } catch (error) {
    return { rejects: errorOf(error) }
  }
  const { status, statusText, ok, type, redirected, url, body } = response
  const headers = [...response.headers].filter(([name]) => !OF_THE_CONNECTION.has(name))
  const answer = { status, statusText, ok, type, redirected, url, headers, hasBody: body !== null }
  try {
    return { ...answer, text: await response.text() }
  } catch (error) {
    return { ...answer, text: errorOf(error) }
  }
}

export type Call = (fetching: Fetching) => Promise<Response>

/** Makes the call with both, with new arguments each time, because bodies can only be read once. */
async function both(call: Call): Promise<unknown[]> {
  return [await outcomeOf(attempt(() => call(ours))), await outcomeOf(attempt(() => call(nodes)))]
}

export async function expectSame(call: Call): Promise<void> {
  const [here, there] = await both(call)
  expect(here).toEqual(there)
}

/** For calls where Node does not follow the standard. Fails as soon as it does. */
export async function expectDifferent(call: Call): Promise<void> {
  const [here, there] = await both(call)
  expect(here).not.toEqual(there)
}

/** Makes a call. Creating its arguments may throw too. */
async function attempt(call: () => Promise<Response>): Promise<Response> {
  return call()
}

export function bytes(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) % 256)
}

/** A stream of some chunks. */
export function streamOf(...chunks: unknown[]): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk)
      controller.close()
    },
  })
}

/** A promise and the function that resolves it. */
export function deferred<T = void>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((settle) => (resolve = settle))
  return { promise, resolve }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until a condition is true. */
export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 10_000; !(await what()); await sleep(10))
    if (performance.now() > end) throw new Error('it does not come to that')
}

/** Waits until a value does not change any more, such as what can be written to an end that does not read. */
export async function unchanging(value: () => number): Promise<number> {
  let before = -1
  await until(async () => {
    if (before === value()) return true
    before = value()
    await sleep(300)
    return false
  })
  return before
}
