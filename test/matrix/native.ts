// Compares the expected outcomes with those of native curl and of Node's fetch at the same servers.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { CURLcode } from 'libcurl-wasm'
import { PROXIED, cells, nameOf, uploadSize, type Cell } from './axes.js'
import type { Origin } from './batches.js'
import { Check, pieces } from './content.js'
import { expectedOf } from './expected.js'
import { bodySize } from './place.js'

export interface Compared {
  name: string
  who: string
  outcome: string
  expected: readonly string[]
}

const isComparable = (cell: Cell): boolean =>
  cell.reader === 'fast' && !cell.fault.startsWith('stall') && (cell.way === 'direct' || PROXIED.includes(cell.way))

async function byCurl(curl: string, cell: Cell, url: string, proxy: string): Promise<string> {
  const size = uploadSize(cell.fault)
  const args = ['-sSk', '-N', '--http2', '-m', '20', '-w', '%{stderr}%{response_code}', '-H', 'Expect:', '-x', proxy]
  if (proxy) args.push('-p')
  if (size > 0) args.push('-T', '-')
  const child = spawn(curl, [...args, url], { env: {} })
  const check = new Check()
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => check.take(chunk))
  child.stderr.on('data', (chunk) => (text += chunk))
  child.stdin.on('error', () => {})
  for (const piece of pieces(size)) child.stdin.write(piece)
  child.stdin.end()
  const [status] = (await once(child, 'close')) as [number]
  if (status !== 0) return (CURLcode as Record<number, string>)[status] ?? String(status)
  const answer = Number(/\d+$/.exec(text)?.[0])
  if (answer !== 200) return `ok ${answer}`
  return check.wrong || check.length !== bodySize('fast') ? `${check.length} bytes` : 'ok'
}

/** The outcome of Node's fetch. Its errors have other names, so only whether it fails is compared. */
async function byNode(cell: Cell, url: string): Promise<'fails' | 'ok' | `ok ${number}`> {
  const size = uploadSize(cell.fault)
  try {
    const init = size > 0 ? { method: 'POST', body: Buffer.concat([...pieces(size)]) } : {}
    const response = await globalThis.fetch(url, init)
    await response.arrayBuffer()
    return response.status === 200 ? 'ok' : `ok ${response.status}`
  } catch {
    return 'fails'
  }
}

/** The cells whose outcome is not the expected one. */
export async function compare(origin: Origin, curl: string): Promise<{ count: number; wrong: Compared[] }> {
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  const { ports, httpProxy, socks5 } = origin.places
  const chosen = cells().filter((cell) => isComparable(cell) && (cell.api === 'runTool' || cell.api === 'fetch'))
  const wrong: Compared[] = []
  let count = 0
  for (const cell of chosen) {
    const { address } = await origin.taskOf(cell)
    const { fault, protocol } = cell
    const host = fault === 'unknown-name' ? 'nowhere.invalid' : address
    const port =
      fault === 'refused' ? 'refused' : `${protocol} ${['unknown-name', 'blocked'].includes(fault) ? 'none' : fault}`
    const url = `${protocol === 'http' ? 'http' : 'https'}://${host}:${ports[port]}/`
    let expected = expectedOf(cell)
    let outcome: string
    if (cell.api === 'runTool') {
      outcome = await byCurl(
        curl,
        cell,
        url,
        cell.way === 'http-proxy' ? httpProxy : cell.way === 'socks5' ? socks5 : '',
      )
    } else {
      // Node's fetch has no HTTP/2, and no proxies
      if (cell.way !== 'direct' || protocol === 'h2') continue
      // Node does not require close_notify
      if (fault === 'cut-at-end') continue
      outcome = await byNode(cell, url)
      expected = [...new Set(expected.map((one) => (one.startsWith('ok') ? one : 'fails')))]
    }
    count++
    if (!expected.includes(outcome))
      wrong.push({ name: nameOf(cell), who: cell.api === 'runTool' ? 'curl' : "Node's fetch", outcome, expected })
  }
  return { count, wrong }
}
