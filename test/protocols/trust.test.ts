// The certificates that a host trusts, in one file of Node's NODE_EXTRA_CA_CERTS: which of them libcurl finds for the
// chain of a server. Node's own https says what is right.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { httpsServer } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'
import { runScript } from '../servers/script.js'

const folder = scratch()
const file = (name: string): string => join(folder, name)
const pem = (name: string): string => readFileSync(file(`${name}.crt`), 'utf8')

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
}

// openssl's masks of the types of strings: https://docs.openssl.org/master/man1/openssl-req/
const STRINGS = { utf8: 'utf8only', printable: 'MASK:0x2', bmp: 'MASK:0x800', universal: 'MASK:0x100', t61: 'MASK:0x4' }

/** Makes a self-signed certificate. `key` is the name of its key, which is made if it is not there. */
function selfSigned(name: string, key: string, subject: string, strings: string, extensions: string[]): void {
  const config = file(`${name}.cnf`)
  writeFileSync(config, `[req]\ndistinguished_name = name\nstring_mask = ${strings}\nutf8 = yes\n[name]\n`)
  try {
    readFileSync(file(`${key}.key`))
  } catch {
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${key}.key`)
  }
  const added = extensions.flatMap((extension) => ['-addext', extension])
  const named = ['-subj', subject, '-utf8', '-config', config, '-days', '30', ...added]
  openssl('req', '-x509', '-new', '-key', `${key}.key`, '-out', `${name}.crt`, ...named)
}

const CA = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']
const HERE = 'subjectAltName=IP:127.0.0.1'

function authority(name: string, subject: string, strings: string = STRINGS.utf8, key = name): void {
  selfSigned(name, key, subject, strings, CA)
}

/** A certificate that `signer` has issued; a CA if it has these extensions. */
function issued(name: string, signer: string, extensions: string[] = [HERE]): void {
  writeFileSync(file(`${name}.ext`), extensions.join('\n'))
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`)
  openssl('req', '-new', '-key', `${name}.key`, '-subj', `/CN=${name}`, '-out', `${name}.csr`)
  const by = ['-CA', `${signer}.crt`, '-CAkey', `${signer}.key`, '-CAcreateserial', '-extfile', `${name}.ext`]
  openssl('x509', '-req', '-in', `${name}.csr`, '-days', '30', '-out', `${name}.crt`, ...by)
}

// two with the same name
authority('first', '/O=Twins/CN=The same name')
authority('second', '/O=Twins/CN=The same name')
issued('by-first', 'first')
issued('by-second', 'second')
// names that are the same in another encoding, another case, and with other spaces; the key is the same
for (const [strings, mask] of Object.entries(STRINGS)) {
  authority(strings, `/O=Some  Organisation/CN=ROOT in ${strings} `, mask)
  authority(`${strings}-issuer`, `/O=some organisation/CN=Root IN ${strings}`, STRINGS.utf8, strings)
  execFileSync('cp', [file(`${strings}.key`), file(`${strings}-issuer.key`)])
  issued(`by-${strings}`, `${strings}-issuer`)
}
authority('accents', '/O=Société générale ☃/CN=Ré')
issued('by-accents', 'accents')
// an intermediate that the server sends, and one that the host trusts without its root
authority('root', '/CN=root')
issued(
  'sent',
  'root',
  CA.map((line) => line.replace('critical,', 'critical, ')),
)
issued('by-sent', 'sent')
authority('unknown', '/CN=a root that nobody trusts')
issued('trusted-intermediate', 'unknown', CA)
issued('by-intermediate', 'trusted-intermediate')
selfSigned('self', 'self', '/CN=self-signed', STRINGS.utf8, [HERE])
// not trusted: no issuer, the name of one that is, and a self-signed one
issued('by-unknown', 'unknown')
authority('impostor', '/O=Twins/CN=The same name')
issued('by-impostor', 'impostor')
selfSigned('self-unknown', 'self-unknown', '/CN=self-signed too', STRINGS.utf8, [HERE])

const trusted = [
  ...['first', 'second', ...Object.keys(STRINGS), 'accents', 'root', 'trusted-intermediate', 'self'].map(pem),
  pem('first'), // twice
]
const chains = ['by-first', 'by-second', ...Object.keys(STRINGS).map((name) => `by-${name}`), 'by-accents']
const leaves = [...chains, 'by-sent', 'by-intermediate', 'self', 'by-unknown', 'by-impostor', 'self-unknown']
const servers = await Promise.all(
  leaves.map((name) => {
    const cert = name === 'by-sent' ? pem(name) + pem('sent') : pem(name)
    return httpsServer((_request, response) => void response.end('ok'), {
      key: readFileSync(file(`${name}.key`)),
      cert,
    })
  }),
)
afterAll(() => Promise.all(servers.map((server) => server.close())))

type Answers = Record<'ours' | 'again' | 'node', string[]>

/** What both clients get of each server, in a process that trusts what is in the file. */
async function answers(content: string): Promise<Answers> {
  writeFileSync(file('extra.pem'), content)
  const program = `
    import https from 'node:https'
    import { fetch, Session } from 'libcurl-wasm'
    const urls = ${JSON.stringify(servers.map(({ url }) => url))}
    const told = (promise) => promise.then((text) => text, (error) => error.cause?.code ?? error.code)
    const all = (get) => Promise.all(urls.map((url) => told(get(url))))
    const ours = await all(async (url) => (await fetch(url)).text())
    const session = new Session()
    const again = await all(async (url) => (await session.fetch(url)).text())
    await session.close()
    const node = await all((url) => new Promise((resolve, reject) =>
      https.get(url, { agent: false }, (response) => response.on('data', (data) => resolve(String(data)))).on('error', reject)))
    console.log(JSON.stringify({ ours, again, node }))`
  const { stdout } = await runScript(program, { env: { ...process.env, NODE_EXTRA_CA_CERTS: file('extra.pem') } })
  return JSON.parse(stdout) as Answers
}

const UNTRUSTED = 'CURLE_PEER_FAILED_VERIFICATION'
const expected = leaves.map((_name, i) => (i < leaves.length - 3 ? 'ok' : UNTRUSTED))

test('every chain that Node trusts, and no other', async () => {
  const { ours, again, node } = await answers(trusted.join('\n'))
  // curl trusts an intermediate without its root (CURLSSLOPT_NO_PARTIALCHAIN), and Node 20 does not
  const partial = leaves.indexOf('by-intermediate')
  expect(node.map((answer, i) => (i === partial || answer === 'ok' ? 'ok' : UNTRUSTED))).toEqual(expected)
  expect(ours).toEqual(expected)
  expect(again).toEqual(expected)
})

/** Lines of 13 characters, with blanks at their ends. */
const rewrapped = (text: string): string =>
  text.replace(/(?<=-----\n)[^-]+/, (base64) => base64.replaceAll('\n', '').replace(/.{1,13}/g, '$& \t\n'))

test('certificates in a file with other things', async () => {
  openssl('x509', '-in', 'first.crt', '-trustout', '-out', 'first-trusted.pem')
  const [, ...others] = trusted
  const content = [
    'a comment\r\n-----BEGIN CERTIFICATE-----\r\nbm90IGEgY2VydGlmaWNhdGU=\r\n-----END CERTIFICATE-----\r\n',
    readFileSync(file('first.key'), 'utf8'),
    '-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n',
    readFileSync(file('first-trusted.pem'), 'utf8'),
    ...others.slice(0, -1).map((text, i) => (i % 2 ? text.replaceAll('\n', '\r\n') : rewrapped(text))),
    '-----BEGIN CERTIFICATE-----\nMIIB', // cut off
  ]
  expect((await answers(content.join(''))).ours).toEqual(expected)
})
