// SOCKETFUNCTION and TIMERFUNCTION of an application's own loop fail at their first call, or at their second one, and
// so on: the transfer always ends, with an error, and nothing is left behind. The idea is from curl's lib530.
import { afterAll, describe, expect, it } from 'vitest'
import init, { CurlError, CurlMultiError, Easy, Multi, type MultiCallbacks } from 'libcurl-wasm'
import { certificates } from '../servers/certificates.js'
import { counts } from '../servers/counts.js'
import { httpServer, httpsServer } from '../servers/listening.js'
import { OwnLoop } from '../servers/own-loop.js'

await init()
const body = 'x'.repeat(100_000)
const plain = await httpServer((_request, response) => void response.end(body))
const secure = await httpsServer((_request, response) => void response.end(body))
afterAll(() => Promise.all([plain.close(), secure.close()]))

type Name = 'SOCKETFUNCTION' | 'TIMERFUNCTION'

/** A multi handle one of whose callbacks fails at its n-th call, without doing anything. */
class Failing extends Multi {
  calls = 0

  constructor(
    private readonly failing: Name,
    private readonly n: number,
  ) {
    super()
  }

  override setopt(option: string | number, value: unknown): this {
    if (option !== this.failing) return super.setopt(option as never, value)
    const callback = value as (...args: Parameters<MultiCallbacks['SOCKETFUNCTION']>) => number
    return super.setopt(option, (...args: Parameters<typeof callback>) =>
      ++this.calls === this.n ? -1 : callback(...args),
    )
  }

  get failed(): boolean {
    return this.calls >= this.n
  }
}

/** Two ways to perform a transfer. They return 0 or a CURLcode, or throw. */
const ways = {
  async add(multi: Multi, easy: Easy, idle: Promise<void>): Promise<unknown> {
    multi.add(easy)
    await idle
    return multi.infoRead()?.result
  },
  async perform(multi: Multi, easy: Easy): Promise<unknown> {
    await multi.perform(easy)
    return 0
  },
}

interface Run {
  /** Whether the callback has failed, and whether that was while the transfer was running. */
  failed: boolean
  failedInTime: boolean
  result: unknown
  received: number
  /** What socketAction() threw. */
  told: unknown
}

async function run(url: string, way: (typeof ways)[keyof typeof ways], name: Name, n: number): Promise<Run> {
  const multi = new Failing(name, n)
  const loop = new OwnLoop(multi)
  const easy = new Easy()
  let received = 0
  easy
    .setopt('URL', url)
    .setopt('CAINFO_BLOB', certificates().ca.cert)
    .setopt('WRITEFUNCTION', (chunk) => void (received += chunk.length))
  const idle = loop.idle()
  const result = await way(multi, easy, idle).catch((error: unknown) => error)
  const failedInTime = multi.failed
  // the loop ends, and its timer with it
  loop.step(() => 0)
  await idle
  if (multi.handles().includes(easy)) multi.remove(easy)
  easy.close()
  multi.close()
  return { failed: multi.failed, failedInTime, result, received, told: loop.failure }
}

const MOST_CALLS = 200

describe.each(Object.keys(ways) as (keyof typeof ways)[])('%s()', (way) => {
  it.each([
    ['HTTP', 'SOCKETFUNCTION', plain.url],
    ['HTTP', 'TIMERFUNCTION', plain.url],
    ['HTTPS', 'SOCKETFUNCTION', secure.url],
    ['HTTPS', 'TIMERFUNCTION', secure.url],
  ] as const)('%s with a %s that fails at its n-th call', async (_scheme, name, url) => {
    const good = await run(url, ways[way], name, Infinity)
    expect(good).toEqual({ failed: false, failedInTime: false, result: 0, received: body.length, told: undefined })
    const before = { ...counts(), timers: 0 }
    let failures = 0
    for (let n = 1; ; n++) {
      expect(n).toBeLessThan(MOST_CALLS)
      const { failed, failedInTime, result, received, told } = await run(url, ways[way], name, n)
      expect({ n, ...counts(), timers: 0 }).toEqual({ n, ...before })
      if (failedInTime) failures++
      if (failedInTime && result !== 0) {
        expect(result, `the result with call ${n} having failed`).toSatisfy(isFailure)
      } else {
        // may be a success if the transfer was complete: the last call only removes the socket
        expect([n, result, received]).toEqual([n, 0, body.length])
        if (failedInTime) expect(told).toBeInstanceOf(CurlMultiError)
      }
      if (!failed) break
    }
    expect(failures).toBeGreaterThan(1)
  })
})

function isFailure(result: unknown): boolean {
  return result instanceof CurlError || result instanceof CurlMultiError || (typeof result === 'number' && result > 0)
}
