// What a link has of a run: the result as it was recorded, and none of its secrets, wherever they appear.
import { afterAll, expect, it } from 'vitest'
import { runFromHash, runToHash } from '../../../playground/src/command/shared-run.js'
import { parse } from '../../../playground/src/command/shell.js'
import { quote } from '../../../playground/src/command/quote.js'
import { factsOf, timesOf, type Side } from '../../../playground/src/panels/differences.js'
import { messagesOf } from '../../../playground/src/panels/exchanges.js'
import type { Run } from '../../../playground/src/model.js'
import { digestOf, runOf } from '../../../playground/src/shell/digest.js'
import { startOrigin } from '../../../dist/playground/server/origin.js'
import { httpServer } from '../../servers/listening.js'
import { refusingPort } from '../../servers/faults.js'
import { readTable } from '../command/table.js'
import { record } from '../panels/record.js'

const [origin, table] = await Promise.all([startOrigin(), readTable()])
afterAll(() => origin.close())

/** Records a run, and opens its link: the run of the link, all that the link has, and what was left out. */
async function sent(...argv: string[]): Promise<{ run: Run; opened: Run; all: string; redacted: string[] }> {
  const run = await record(argv, origin.ca)
  const [command] = parse(`curl ${quote(argv).replace(/^curl /, '')}`).commands
  const { shared, redacted } = await digestOf(run, command!, table)
  const read = (await runFromHash(await runToHash(shared)))!
  return { run, opened: runOf(9, read), all: JSON.stringify(read), redacted }
}
const sideOf = (run: Run): Side => ({ run, transfer: run.transfers[0] })

it('has the same result, versions, headers, times and body as the run', async () => {
  const { run, opened } = await sent('-L', `${origin.https}/redirect/1`)
  const [before, after] = [sideOf(run), sideOf(opened)]
  for (const { name, before: was, after: is } of factsOf(before, after)) expect([name, is]).toEqual([name, was])
  for (const { phase, before: was, after: is } of timesOf(before, after, 0).rows)
    expect([phase, is]).toEqual([phase, was === null ? null : expect.closeTo(was, 1)])
  const starts = ({ transfers }: Run): string[] => messagesOf(transfers[0]!.trace).map(({ start }) => start.trim())
  expect(starts(opened)).toEqual(starts(run))
  expect(await opened.transfers[0]!.body!.text()).toBe(await run.transfers[0]!.body!.text())
  expect(opened.text).toBe(run.text)
  expect(opened).toMatchObject({ id: 9, status: 0, connections: [], shared: { omitted: [] } })
})

it('has what a failed run says, and the replies of FTP', async () => {
  const port = await refusingPort()
  const failed = await sent(`http://127.0.0.1:${port}/`)
  expect(failed.opened).toMatchObject({ status: 7, transfers: [{ result: 7 }] })
  expect(failed.all).toMatch(/Failed to connect|Connection refused/i)
  const ftp = await sent(`${origin.ftp}/welcome.txt`)
  expect(ftp.all).toContain('RETR welcome.txt')
  expect(ftp.all).not.toMatch(/ftp@example\.com/)
})

it('has no body that is not text, and says so', async () => {
  const { opened } = await sent(`${origin.http}/png`)
  expect(opened).toMatchObject({ transfers: [{ body: null }], shared: { omitted: ['the body'] } })
  expect(opened.transfers[0]!.received).toBeGreaterThan(0)
})

it('has no secret, also where the server repeats it', async () => {
  const server = await httpServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.setHeader('set-cookie', [
        'sid=Geheim-1; Path=/; HttpOnly',
        'plain=Geheim-2; Expires=Wed, 21 Oct 2037 07:28:00 GMT; odd=Geheim-2',
      ])
      response.setHeader('x-auth-token', 'Geheim-3')
      response.setHeader('location', '/next?access_token=Geheim-4&page=2')
      response.setHeader('x-echo', `you sent ${request.headers['authorization']} and ${request.headers['cookie']}`)
      response.setHeader('x-kept', 'seen')
      const said = { url: request.url, headers: request.headers, words: Buffer.concat(chunks).toString() }
      response.setHeader('content-type', 'text/plain')
      response.end(`${JSON.stringify(said)}\nGeheim-5 and xGeheim-2y, kept\nab`)
    })
  })
  try {
    const { all, opened, redacted } = await sent(
      ...['-u', 'ann:Geheim-5', '-b', 'theme=Geheim-6; x=ab', '-H', 'X-Api-Key: Geheim-7', '-H', 'X-Plain: seen'],
      ...['-d', 'password=Geheim-8&page=2', `${server.url}/in?token=Geheim-9&a=1`],
    )
    expect(all).not.toMatch(/Geheim/i)
    expect(all).not.toContain(Buffer.from('ann:Geheim-5').toString('base64').replace(/=+$/, ''))
    // a short one is not left either
    expect(await opened.transfers[0]!.body!.text()).toMatch(/REDACTED and xREDACTEDy, kept\nREDACTED$/)
    const response = messagesOf(opened.transfers[0]!.trace).find(({ kind }) => kind === 'response')!
    const values = Object.fromEntries(response.headers.map(({ name, value }) => [name.toLowerCase(), value]))
    expect(values).toMatchObject({
      'x-auth-token': 'REDACTED',
      location: '/next?access_token=REDACTED&page=2',
      'x-kept': 'seen',
    })
    expect(response.headers.filter(({ name }) => /^set-cookie$/i.test(name)).map(({ value }) => value)).toEqual([
      'sid=REDACTED; Path=/; HttpOnly',
      'plain=REDACTED; Expires=Wed, 21 Oct 2037 07:28:00 GMT; REDACTED',
    ])
    expect(opened.text).toContain('X-Plain: seen')
    expect(redacted).toEqual(expect.arrayContaining(['--user', 'header X-Api-Key', 'query parameter token']))
  } finally {
    await server.close()
  }
})

it('has a body in another encoding as text', async () => {
  const server = await httpServer((_, response) => {
    response.setHeader('content-type', 'text/plain; charset=iso-8859-1')
    response.end(Buffer.from('caf\xe9', 'latin1'))
  })
  try {
    const { opened } = await sent(`${server.url}/`)
    expect(await opened.transfers[0]!.body!.text()).toBe('café')
  } finally {
    await server.close()
  }
})
