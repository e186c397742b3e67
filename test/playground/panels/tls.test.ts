// The TLS panel shows curl's reason for a failed handshake.
import { afterAll, expect, it } from 'vitest'
import { handshakeOf, reasonOf } from '../../../playground/src/panels/certificates.js'
import { TEXT } from '../../../playground/src/model.js'
import { startOrigin } from '../../../dist/playground/server/origin.js'
import { certificates } from '../../servers/certificates.js'
import { refusingPort } from '../../servers/faults.js'
import { readFileSync } from 'node:fs'
import { record } from './record.js'

const origin = await startOrigin()
afterAll(() => origin.close())
const { port } = new URL(origin.https)
const strange = readFileSync(certificates().ca.certFile, 'utf8')

it.each([
  [
    [`--resolve`, `other.test:${port}:127.0.0.1`, `https://other.test:${port}/`],
    origin.ca,
    60,
    /^SSL: no alternative .*'other\.test'$/,
  ],
  [[`${origin.https}/`], strange, 60, /^SSL certificate .*: unable to get local issuer certificate/],
  [['--pinnedpubkey', 'sha256//AAAA', `${origin.https}/`], origin.ca, 90, /^SSL: public key does not match pinned/],
  [[`${origin.https}/`], 'none', 77, /^error adding trust anchors from file: \/ca\.pem/],
  [[`https://127.0.0.1:${await refusingPort()}/`], origin.ca, 7, /^Failed to connect to 127\.0\.0\.1:/],
] as const)('%j', async (argv, ca, result, reason) => {
  const [transfer] = (await record(argv, ca)).transfers
  expect(transfer!.result).toBe(result)
  const texts = transfer!.trace.filter(({ kind }) => kind === TEXT).map(({ bytes }) => Buffer.from(bytes).toString())
  expect(reasonOf(texts)).toMatch(reason)
  if (result === 60)
    expect(handshakeOf(texts)).toMatchObject({ verified: false, verdict: expect.stringMatching(reason) })
})
