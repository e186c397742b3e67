// What the tests of the dispatcher share: undici's own Agent and ours, for which the same has to be true, and handlers
// that note what they get.
import { Agent } from 'undici'
import { CurlDispatcher, type CurlDispatcherOptions, type DispatchController } from 'libcurl-wasm/undici'
import { afterAll } from 'vitest'
import type { Listening } from '../servers/listening.js'

export const servers: { close(): Promise<void> }[] = []
afterAll(() => Promise.all(servers.map((each) => each.close())))

/** Keeps a server until the tests are over. */
export async function keep<S extends Listening>(server: Promise<S>): Promise<S> {
  servers.push(await server)
  return server
}

type Options = CurlDispatcherOptions & object

/** A dispatcher that is destroyed after the tests. Typed as undici's, so that undici's functions take it. */
export function curl(options: Options = {}): Agent {
  const dispatcher = new CurlDispatcher(options)
  servers.push({ close: () => dispatcher.destroy() })
  return dispatcher as unknown as Agent
}

export function undiciAgent(options: object = {}): Agent {
  const agent = new Agent(options)
  servers.push({ close: () => agent.destroy() })
  return agent
}

/** What has to hold for both: a difference from undici shows where the first fails. */
export const kinds = [
  ['undici', undiciAgent],
  ['libcurl', curl],
] as const

export interface Seen {
  events: unknown[]
  /** Settles when the handler has got its end or its error. */
  over: Promise<void>
  controller: DispatchController
}

const flat = (raw: Buffer[]): string[] => raw.map((each) => each.toString('latin1'))
const named = (error: Error): string => (error as { code?: string }).code ?? error.message

/** Dispatches with a handler of the older form, which notes its calls. `change` replaces some of its methods. */
export function dispatchOld(dispatcher: Agent, options: object, change: object = {}): Seen {
  const seen = { events: [] as unknown[] } as Seen
  const note = (...event: unknown[]): void => void seen.events.push(event)
  seen.over = new Promise((resolve) => {
    const handler = {
      onConnect: () => note('connect'),
      onHeaders: (status: number, raw: Buffer[], _resume: () => void, text: string) => (
        note('headers', status, text, flat(raw).includes('x-a')),
        true
      ),
      onData: (chunk: Buffer) => (note('data', String(chunk)), true),
      onComplete: (trailers: Buffer[]) => (note('complete', flat(trailers)), resolve()),
      onError: (error: Error) => (note('error', named(error)), resolve()),
      onUpgrade: (status: number) => (note('upgrade', status), resolve()),
      ...change,
    }
    dispatcher.dispatch({ path: '/', method: 'GET', ...options } as never, handler as never)
  })
  return seen
}

/** The same with a handler of the newer form. */
export function dispatchNew(dispatcher: Agent, options: object, change: object = {}): Seen {
  const seen = { events: [] as unknown[] } as Seen
  const note = (...event: unknown[]): void => void seen.events.push(event)
  seen.over = new Promise((resolve) => {
    const handler = {
      onRequestStart: (controller: DispatchController) => ((seen.controller = controller), note('start')),
      onResponseStart: (_: unknown, status: number, headers: Record<string, unknown>, text: string) =>
        note('headers', status, text, headers['x-a']),
      onResponseData: (_: unknown, chunk: Buffer) => note('data', String(chunk)),
      onResponseEnd: (_: unknown, trailers: object) => (note('end', { ...trailers }), resolve()),
      onResponseError: (_: unknown, error: Error) => (note('error', named(error)), resolve()),
      ...change,
    }
    dispatcher.dispatch({ path: '/', method: 'GET', ...options } as never, handler as never)
  })
  return seen
}

/** The code, or else the message, of the error that a promise rejects with. */
export const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it did not fail',
    (error: Error) => named(error),
  )
