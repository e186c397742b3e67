// The Multi that the tests of a file in this folder share. Easy handles are closed after each test, and the Multi after
// the last one.
import init, { Easy, Multi } from 'libcurl-wasm'
import { afterAll, afterEach } from 'vitest'
import { transfer, type Options, type Transfer } from '../servers/transfer.js'

export { reader } from './reader.js'

await init()

export const multi = new Multi()
const easies = new Set<Easy>()

afterEach(() => {
  for (const easy of easies) easy.close()
  easies.clear()
})
afterAll(() => multi.close())

/** An easy handle that lives as long as the test. */
export function newEasy(): Easy {
  const easy = new Easy()
  easies.add(easy)
  return easy
}

/** Makes a transfer with options, in the shared Multi or another one. Does not throw: the result has `error`. */
export function get(url: string, options: Options = {}, easy = newEasy(), within = multi): Promise<Transfer> {
  return transfer(within, url, options, easy)
}

/** The status of the last response, or 0 for none. */
export function statusOf({ easy }: Transfer): number {
  return easy.getinfo('RESPONSE_CODE')
}
