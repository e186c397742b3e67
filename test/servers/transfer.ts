// Makes one transfer, and collects its body, headers and trace, as most tests need.
import { Easy, Multi, type CurlError, type EasyOptions } from 'libcurl-wasm'

export interface Transfer {
  easy: Easy
  body: Buffer
  /** Header lines without line ends. */
  headers: string[]
  /** The trace of VERBOSE: text, and headers in both directions. */
  trace: string
  error: CurlError | undefined
}

export type Options = Partial<EasyOptions>

export function setOptions(easy: Easy, options: Options): void {
  for (const name of Object.keys(options) as (keyof EasyOptions)[]) easy.setopt(name, options[name])
}

/** Performs a transfer with options. Does not throw if it fails: the result has `error`. Closes nothing. */
export async function transfer(multi: Multi, url: string, options: Options = {}, easy = new Easy()): Promise<Transfer> {
  const chunks: Uint8Array[] = []
  const result: Transfer = { easy, body: Buffer.alloc(0), headers: [], trace: '', error: undefined }
  easy.setopt('URL', url)
  easy.setopt('WRITEFUNCTION', (chunk) => void chunks.push(chunk))
  easy.setopt('HEADERFUNCTION', (line) => void result.headers.push(Buffer.from(line).toString('latin1').trimEnd()))
  easy.setopt('VERBOSE', true)
  easy.setopt('DEBUGFUNCTION', (_easy, type, data) => {
    if (type <= 2) result.trace += Buffer.from(data).toString('latin1')
  })
  setOptions(easy, options)
  try {
    await multi.perform(easy)
  } catch (error) {
    result.error = error as CurlError
  }
  result.body = Buffer.concat(chunks)
  return result
}
