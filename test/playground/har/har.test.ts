// HTTP archives: a run as an archive, what an archive of others says, and the way back to a curl command.
import { afterAll, describe, expect, it, test } from 'vitest'
import { startOrigin } from '../../../dist/playground/server/origin.js'
import { writeCurl } from '../../../playground/src/command/write-curl.js'
import { Archive, HarError, isHar } from '../../../playground/src/har/read-har.js'
import { writeHar } from '../../../playground/src/har/write-har.js'
import type { Run } from '../../../playground/src/model.js'
import { refusingPort } from '../../servers/faults.js'
import { record } from '../panels/record.js'

const origin = await startOrigin()
afterAll(() => origin.close())

const archived = async (argv: readonly string[], secrets = true) =>
  writeHar(await record(argv, origin.ca), { secrets, version: '1.2.3' })
const entriesOf = async (argv: readonly string[], secrets = true) => (await archived(argv, secrets)).har.log.entries

describe('a run as an archive', () => {
  it('has the request and the response, with their bodies and times', async () => {
    const { har, redacted } = await archived(['--json', '{"a": "ü"}', `${origin.https}/anything/x?q=1&r=%20`])
    expect(har.log).toMatchObject({ version: '1.2', creator: { name: 'libcurl-wasm playground', version: '1.2.3' } })
    expect(redacted).toEqual([])
    const [entry, ...others] = har.log.entries
    expect(others).toEqual([])
    const { request, response, timings, time } = entry!
    expect(request).toMatchObject({
      ...{ method: 'POST', url: `${origin.https}/anything/x?q=1&r=%20`, httpVersion: 'HTTP/2' },
      queryString: [
        { name: 'q', value: '1' },
        { name: 'r', value: ' ' },
      ],
      postData: { mimeType: 'application/json', text: '{"a": "ü"}' },
      bodySize: 11,
    })
    expect(request.headers).toContainEqual({ name: 'Accept', value: 'application/json' })
    expect(response).toMatchObject({ status: 200, httpVersion: 'HTTP/2' })
    expect(JSON.parse(response.content.text!)).toMatchObject({ json: { a: 'ü' } })
    expect(response.content.size).toBe(new TextEncoder().encode(response.content.text).length)
    expect(timings.ssl).toBeGreaterThan(0)
    expect(timings.connect).toBeGreaterThanOrEqual(timings.ssl)
    const { blocked, dns, connect, send, wait, receive } = timings
    const sum = [blocked, dns, connect, send, wait, receive].reduce((all, ms) => all + Math.max(0, ms), 0)
    expect(time).toBeCloseTo(sum, 2)
    expect(Math.abs(Date.parse(entry!.startedDateTime) - Date.now())).toBeLessThan(60_000)
  })

  it('has each redirect, and each URL, in order', async () => {
    const entries = await entriesOf(['-L', `${origin.http}/redirect/2`, `${origin.https}/redirect/1`])
    expect(entries.map(({ request, response }) => [request.url, response.status])).toEqual([
      ...[2, 1].map((n) => [`${origin.http}/redirect/${n}`, 302]),
      [`${origin.http}/get`, 200],
      [`${origin.https}/redirect/1`, 302],
      [`${origin.https}/get`, 200],
    ])
    expect(entries[0]!.response.redirectURL).toContain('/redirect/1')
    const starts = entries.map(({ startedDateTime }) => Date.parse(startedDateTime))
    expect(starts).toEqual(starts.toSorted((a, b) => a - b))
  })

  it('has compressed bodies decoded, and others as base64', async () => {
    const [compressed] = await entriesOf(['--compressed', `${origin.http}/gzip`])
    const { content, bodySize } = compressed!.response
    expect(JSON.parse(content.text!)).toBeTruthy()
    expect(content.compression).toBe(content.size - bodySize)
    const [image] = await entriesOf([`${origin.http}/png`])
    expect(image!.response.content).toMatchObject({ mimeType: 'image/png', encoding: 'base64' })
    expect(atob(image!.response.content.text!)).toMatch(/^\x89PNG/)
    expect(atob(image!.response.content.text!)).toHaveLength(image!.response.content.size)
  })

  it('has transfers that have failed, and no tunnels', async () => {
    const port = await refusingPort()
    const [entry] = await entriesOf([`http://127.0.0.1:${port}/x`])
    expect(entry!.request.url).toBe(`http://127.0.0.1:${port}/x`)
    expect(entry!.response).toMatchObject({ status: 0, headers: [] })
    expect(entry!.response._error).toMatch(/COULDNT_CONNECT/)
    await expect(archived([`${origin.ftp}/welcome.txt`])).rejects.toThrow(/no HTTP request/)
  })

  it('has no secrets, unless they are asked for', async () => {
    const argv = [
      ...['-u', 'ann:geheim1', '-b', 'sid=geheim2', '-H', 'X-Api-Key: geheim3', '-H', 'X-Plain: seen'],
      ...['-d', 'password=geheim4&plain=seen', `${origin.http}/anything?token=geheim5&page=7`],
    ]
    const open = JSON.stringify(await archived(argv, true))
    for (let i = 2; i <= 5; i++) expect(open).toContain(`geheim${i}`)
    expect(open).toContain(btoa('ann:geheim1'))
    const { har, redacted } = await archived(argv, false)
    const closed = JSON.stringify(har)
    expect(closed).not.toContain('geheim')
    expect(closed).not.toContain(btoa('ann:geheim1'))
    expect(closed).toContain('seen')
    expect(har.log.entries[0]!.request.url).toBe(`${origin.http}/anything?token=REDACTED&page=7`)
    expect(har.log.entries[0]!.request.headers).toContainEqual({ name: 'Authorization', value: 'Basic REDACTED' })
    expect(har.log.entries[0]!.request.cookies).toEqual([{ name: 'sid', value: 'REDACTED' }])
    expect(redacted).toEqual(expect.arrayContaining(['header Authorization', 'cookie sid', 'header X-Api-Key']))
    const [cookies] = await entriesOf([`${origin.http}/cookies/set?sid=geheim`], false)
    expect(JSON.stringify(cookies)).not.toContain('geheim')
    expect(cookies!.response.cookies[0]).toMatchObject({ name: 'sid', value: 'REDACTED', path: '/' })
  })

  it('says what was not kept of a long body', async () => {
    const [entry] = await entriesOf([`${origin.http}/bytes/1500000`])
    expect(entry!.response.content).toMatchObject({ size: 1_500_000, comment: 'only the beginning was recorded' })
    expect(atob(entry!.response.content.text!)).toHaveLength(1024 * 1024)
  })

  it('can be made while the run goes on', async () => {
    const run: Run = await record([`${origin.http}/get`], origin.ca)
    const [transfer] = run.transfers
    const cut = { ...transfer!, result: null, infos: null, body: null, trace: transfer!.trace.slice(0, -2) }
    const { har } = await writeHar({ ...run, transfers: [cut] }, { secrets: true, version: '' })
    expect(har.log.entries[0]).toMatchObject({ comment: 'not complete', request: { url: `${origin.http}/get` } })
  })
})

const curlOf = (archive: Archive, index = 0): ReturnType<typeof writeCurl> => {
  const { request, notes } = archive.request(index)
  const made = writeCurl(request, (name) => name)
  return { ...made, notes: [...notes, ...made.notes] }
}
const archiveOf = (...requests: object[]): Archive =>
  new Archive(JSON.stringify({ log: { version: '1.2', entries: requests.map((request) => ({ request })) } }))
const argvOf = (request: object): string[] => curlOf(archiveOf(request)).argv

test('an archive of a run leads back to the same request', async () => {
  const argv = [
    '-X',
    'PUT',
    '-H',
    'X-A: b c',
    '-b',
    'a=b',
    '--json',
    '{"a": "it\'s"}',
    `${origin.http}/anything?x=[1]`,
    '-g',
  ]
  const { har } = await archived(argv)
  const archive = new Archive(JSON.stringify(har))
  expect(archive.lines).toEqual([
    expect.objectContaining({ index: 0, method: 'PUT', url: `${origin.http}/anything?x=[1]`, status: 200 }),
  ])
  const again = (await entriesOf(curlOf(archive).argv))[0]!
  const names = (each: { name: string; value: string }): string => `${each.name.toLowerCase()}: ${each.value}`
  expect(again.request.headers.map(names).sort()).toEqual(har.log.entries[0]!.request.headers.map(names).sort())
  expect(again.request).toMatchObject({ method: 'PUT', postData: har.log.entries[0]!.request.postData })
})

describe('an archive of others', () => {
  it('has headers of HTTP/2 and of the connection, which are not copied', () => {
    const headers = Object.entries({
      ...{ ':method': 'POST', ':authority': 'h.example', ':path': '/x', ':scheme': 'https' },
      ...{ Host: 'h.example', Connection: 'keep-alive', 'Content-Length': '5', 'accept-encoding': 'gzip, br' },
      ...{ accept: '*/*', cookie: 'a=b', 'x-two': '1\n2' },
    }).map(([name, value]) => ({ name, value }))
    expect(
      argvOf({
        ...{ method: 'POST', url: 'https://h.example/x#f', headers, bodySize: 5, cookies: [{ name: 'a', value: 'b' }] },
        postData: { mimeType: 'text/plain', text: 'a\nb\nc' },
      }),
    ).toEqual([
      ...['https://h.example/x', '-H', 'accept: */*', '-b', 'a=b', '-H', 'x-two: 1', '-H', 'x-two: 2'],
      ...['-H', 'Content-Type: text/plain', '--data-raw', 'a\nb\nc', '--compressed'],
    ])
  })

  it('has cookies only as cookies, and forms only as fields', () => {
    const url = 'https://h.example/'
    expect(argvOf({ url, cookies: [{ name: 'a', value: 'b=c' }] })).toEqual([url, '-b', 'a=b=c'])
    const params = [
      { name: 'a b', value: '1&2' },
      { name: 'c', value: 'ü' },
    ]
    const mimeType = 'application/x-www-form-urlencoded'
    expect(argvOf({ url, method: 'POST', postData: { mimeType, params } })).toEqual([
      url,
      '--data-raw',
      'a+b=1%262&c=%C3%BC',
    ])
    const file = { name: 'f', fileName: 'my "cat".png', contentType: 'image/png; x' }
    const form = curlOf(
      archiveOf({
        url,
        method: 'POST',
        postData: { mimeType: 'multipart/form-data', params: [{ name: 'x', value: '@y' }, file] },
      }),
    )
    expect(form.argv).toEqual([url, '--form-string', 'x=@y', '-F', 'f=@"my \\"cat\\".png";type=image/png'])
    expect(form.notes.join()).toContain('my "cat".png')
  })

  it('has bodies as base64, bodies that are missing, and bodies that lost bytes', () => {
    const url = 'https://h.example/'
    const binary = { mimeType: 'application/octet-stream', text: btoa('\0\xff\x01'), encoding: 'base64' }
    const { argv, files, notes } = curlOf(archiveOf({ url, method: 'PUT', postData: binary }))
    expect(argv).toEqual([
      url,
      '-X',
      'PUT',
      '-H',
      'Content-Type: application/octet-stream',
      '--data-binary',
      '@body.bin',
    ])
    expect(files).toEqual([{ name: 'body.bin', content: Uint8Array.of(0, 255, 1) }])
    expect(notes).toEqual(['the body is in the file body.bin'])
    const text = { mimeType: 'text/plain', text: btoa('plain'), encoding: 'base64' }
    expect(argvOf({ url, method: 'POST', postData: text })).toContain('plain')
    const said = (request: object): string => curlOf(archiveOf({ url, method: 'POST', ...request })).notes.join()
    expect(said({ bodySize: 77 })).toContain('does not have the body of 77 bytes')
    expect(said({ postData: { mimeType: '', text: 'a\ufffdb' } })).toContain('lost bytes')
    expect(said({ headers: [{ name: 'content-length', value: '9' }], postData: { text: 'abc' } })).toContain(
      '3 bytes of the body, and 9 were sent',
    )
    expect(said({ postData: { text: '%%%', encoding: 'base64' } })).toContain('should be base64')
  })

  it('lists only what curl can request, whatever the entries are', () => {
    const entries = [
      null,
      'x',
      { request: null },
      { request: { url: 5 } },
      { request: { url: 'data:text/plain,x' } },
      { request: { method: {}, url: 'wss://h.example/chat' }, response: { status: 101, content: { size: -1 } } },
      {
        request: {
          method: 'GET',
          url: 'https://h.example/',
          headers: [null, 'x', { name: 'a' }],
          cookies: {},
          postData: 7,
        },
        response: { status: 404, bodySize: 12, content: { mimeType: 'Text/HTML; charset=utf-8', size: 30 } },
      },
    ]
    const archive = new Archive(`\ufeff${JSON.stringify({ log: { entries } })}`)
    expect(archive.lines).toEqual([
      { index: 5, method: 'GET', url: 'wss://h.example/chat', status: 101, size: null, type: '' },
      { index: 6, method: 'GET', url: 'https://h.example/', status: 404, size: 30, type: 'text/html' },
    ])
    expect(archive.others).toBe(5)
    expect(curlOf(archive, 6).argv).toEqual(['https://h.example/', '-H', 'a;'])
  })

  it('is refused if it is none', () => {
    const whole = JSON.stringify({ log: { entries: [{ request: { url: 'https://h.example/' } }] } })
    expect(() => new Archive('')).toThrow(/empty/)
    expect(() => new Archive(whole.slice(0, -3))).toThrow(/cut off/)
    expect(() => new Archive(whole.slice(0, -3))).toThrow(HarError)
    for (const other of ['[]', '5', 'null', '{}', '{"log": []}', '{"log": {"entries": {}}}'])
      expect(() => new Archive(other), other).toThrow(/no HTTP archive/)
    expect([whole, ` \n${whole}`, JSON.stringify(JSON.parse(whole), null, 2)].every(isHar)).toBe(true)
    for (const other of ['curl x', '{"logs": 1}', '{"a": {"log": {}}}', '']) expect(isHar(other), other).toBe(false)
  })
})
