// HTTP authentication with servers that check it: Basic, Digest and Bearer, and wrong logins.
import type { IncomingMessage } from 'node:http'
import { CURLAUTH_ANY, CURLAUTH_BASIC, CURLAUTH_BEARER, CURLAUTH_DIGEST } from 'libcurl-wasm'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { Digest } from '../servers/digest.js'
import { bodyOf, httpServer } from '../servers/listening.js'
import { get, statusOf } from './client.js'

const digest = new Digest('tests', { anna: 'secret' })
const basic = `Basic ${Buffer.from('anna:secret').toString('base64')}`
const bearer = 'Bearer token-123'

type Site = { challenges: () => string[]; admits: (request: IncomingMessage) => boolean }
const sites: Record<string, Site> = {
  '/basic': { challenges: () => ['Basic realm="tests"'], admits: ({ headers }) => headers.authorization === basic },
  '/digest': { challenges: () => [digest.challenge()], admits: (request) => digest.user(request) === 'anna' },
  '/both': {
    challenges: () => ['Basic realm="tests"', digest.challenge()],
    admits: (request) => digest.user(request) === 'anna',
  },
  '/bearer': { challenges: () => ['Bearer'], admits: ({ headers }) => headers.authorization === bearer },
}

/** The authorization header of each request. */
let seen: (string | undefined)[] = []
const server = await httpServer(async (request, response) => {
  seen.push(request.headers.authorization)
  const body = await bodyOf(request)
  const { challenges, admits } = sites[request.url!]!
  if (admits(request)) response.end(`welcome ${body}`)
  else response.writeHead(401, { 'www-authenticate': challenges() }).end('who?')
})
afterAll(() => server.close())
beforeEach(() => void (seen = []))

test('Basic: the login is sent at once', async () => {
  const done = await get(`${server.url}/basic`, { USERPWD: 'anna:secret' })
  expect(statusOf(done)).toBe(200)
  expect(seen).toEqual([basic])
})

test('Basic: user and password in the URL', async () => {
  const done = await get(`http://anna:secret@127.0.0.1:${server.port}/basic`)
  expect(done.body.toString()).toBe('welcome ')
})

test('Basic: a wrong password is refused', async () => {
  const done = await get(`${server.url}/basic`, { USERNAME: 'anna', PASSWORD: 'wrong' })
  expect(statusOf(done)).toBe(401)
  expect(done.easy.getinfo('HTTPAUTH_AVAIL')).toBe(CURLAUTH_BASIC)
})

test('Digest: the challenge is answered, and the password is not sent', async () => {
  const done = await get(`${server.url}/digest`, { USERPWD: 'anna:secret', HTTPAUTH: CURLAUTH_DIGEST })
  expect(done.body.toString()).toBe('welcome ')
  expect(seen).toHaveLength(2)
  expect(seen[0]).toBeUndefined()
  expect(seen[1]).toMatch(/^Digest username="anna"/)
  expect(seen[1]).not.toContain('secret')
})

test('Digest: a body is sent once the challenge is answered', async () => {
  const options = { USERPWD: 'anna:secret', HTTPAUTH: CURLAUTH_DIGEST, POSTFIELDS: 'the body' }
  const done = await get(`${server.url}/digest`, options)
  expect(done.body.toString()).toBe('welcome the body')
})

test('Digest: a wrong password is refused', async () => {
  const done = await get(`${server.url}/digest`, { USERPWD: 'anna:wrong', HTTPAUTH: CURLAUTH_DIGEST })
  expect(statusOf(done)).toBe(401)
  expect(seen[1]).toMatch(/^Digest/)
})

test('of several methods the best one is used', async () => {
  const done = await get(`${server.url}/both`, { USERPWD: 'anna:secret', HTTPAUTH: CURLAUTH_ANY })
  expect(done.body.toString()).toBe('welcome ')
  expect(done.easy.getinfo('HTTPAUTH_USED')).toBe(CURLAUTH_DIGEST)
})

test('Bearer: the token is sent', async () => {
  const done = await get(`${server.url}/bearer`, { HTTPAUTH: CURLAUTH_BEARER, XOAUTH2_BEARER: 'token-123' })
  expect(done.body.toString()).toBe('welcome ')
  expect(seen).toEqual([bearer])
})

test('after a redirect to another host a login is not sent, unless an option allows it', async () => {
  const away = await httpServer((_request, response) => {
    response.writeHead(302, { location: `http://other.example:${server.port}/basic` }).end()
  })
  const options = { USERPWD: 'anna:secret', FOLLOWLOCATION: true, RESOLVE: [`other.example:${server.port}:127.0.0.1`] }
  const kept = await get(away.url, options)
  expect(statusOf(kept)).toBe(401)
  expect(seen).toEqual([undefined])
  const sent = await get(away.url, { ...options, UNRESTRICTED_AUTH: true })
  expect(statusOf(sent)).toBe(200)
  await away.close()
})
