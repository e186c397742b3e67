// The code that replaces parts of Mbed TLS, linked alone: its results must be the same as Node's, for every length and
// in place, and wrong tags and wrong base64 must be refused.
import { createCipheriv, createPrivateKey, createPublicKey, diffieHellman, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compiled, root } from './compiled.js'

const library = join(root, 'build/lib/mbedtls/lib/libmbedcrypto.a')
const code = compiled<Record<string, (...args: number[]) => number>>(
  ['-O1', '-sERROR_ON_UNDEFINED_SYMBOLS=0', library],
  'x25519',
  'mbedtls_base64_decode',
  ...['init', 'setkey', 'crypt_and_tag', 'auth_decrypt'].map((name) => `mbedtls_gcm_${name}`),
  ...['init', 'setkey', 'encrypt_and_tag', 'auth_decrypt'].map((name) => `mbedtls_chachapoly_${name}`),
)
const start = code.memory.grow(4) * 65536
const [CTX, KEY, NONCE, ADD, TAG, IN, OUT] = [0, 8192, 8256, 8320, 9000, 16384, 131072].map((at) => start + at) as [
  ...[number, number, number, number, number, number, number],
]
const put = (at: number, bytes: Uint8Array): void => new Uint8Array(code.memory.buffer).set(bytes, at)
const get = (at: number, length: number): Buffer => Buffer.from(code.memory.buffer.slice(at, at + length))

const LENGTHS = [...Array(300).keys(), 4095, 16_384, 16_401]
const AES = 2 // MBEDTLS_CIPHER_ID_AES

type Call = (length: number, add: number, from: number, to: number) => number
const ciphers: [string, number, (size: number) => void, Call, Call][] = [
  ...[16, 24, 32].map((size): (typeof ciphers)[number] => [
    `aes-${size * 8}-gcm`,
    size,
    () => (code.mbedtls_gcm_init!(CTX), code.mbedtls_gcm_setkey!(CTX, AES, KEY, size * 8)),
    (n, add, from, to) => code.mbedtls_gcm_crypt_and_tag!(CTX, 1, n, NONCE, 12, ADD, add, from, to, 16, TAG),
    (n, add, from, to) => code.mbedtls_gcm_auth_decrypt!(CTX, n, NONCE, 12, ADD, add, TAG, 16, from, to),
  ]),
  [
    'chacha20-poly1305',
    32,
    () => (code.mbedtls_chachapoly_init!(CTX), code.mbedtls_chachapoly_setkey!(CTX, KEY)),
    (n, add, from, to) => code.mbedtls_chachapoly_encrypt_and_tag!(CTX, n, NONCE, ADD, add, from, to, TAG),
    (n, add, from, to) => code.mbedtls_chachapoly_auth_decrypt!(CTX, n, NONCE, ADD, add, TAG, from, to),
  ],
]

it.each(ciphers)('%s is right for every length, and refuses a wrong tag', (name, size, setKey, encrypt, decrypt) => {
  for (const length of LENGTHS) {
    const [key, nonce, add, data] = [randomBytes(size), randomBytes(12), randomBytes(length % 37), randomBytes(length)]
    const theirs = createCipheriv(name as 'aes-128-gcm', key, nonce, { authTagLength: 16 })
    theirs.setAAD(add, { plaintextLength: length } as never)
    const expected = Buffer.concat([theirs.update(data), theirs.final()])
    put(KEY, key)
    put(NONCE, nonce)
    put(ADD, add)
    setKey(size)
    for (const to of [OUT, IN]) {
      put(IN, data)
      expect(encrypt(length, add.length, IN, to)).toBe(0)
      expect(get(to, length).equals(expected), `${length} bytes`).toBe(true)
      expect(get(TAG, 16).equals(theirs.getAuthTag()), `the tag of ${length} bytes`).toBe(true)
      expect(decrypt(length, add.length, to, to)).toBe(0)
      expect(get(to, length).equals(data), `${length} bytes back`).toBe(true)
    }
    put(IN, expected)
    put(TAG, [...theirs.getAuthTag().map((byte, i) => (i === length % 16 ? byte ^ 1 : byte))] as never)
    expect(decrypt(length, add.length, IN, IN)).toBeLessThan(0)
    expect(get(IN, length).equals(expected), 'nothing was decrypted').toBe(true)
  }
})

function x25519(scalar: Uint8Array, point: Uint8Array): Buffer {
  put(KEY, scalar)
  put(IN, point)
  code.x25519!(OUT, KEY, IN)
  return get(OUT, 32)
}

it('X25519 is right for the vectors of RFC 7748, section 5.2', () => {
  let [k, u]: [Buffer, Buffer] = [Buffer.alloc(32), Buffer.alloc(32)]
  k[0] = u[0] = 9
  for (let i = 1; i <= 1000; i++) {
    ;[k, u] = [x25519(k, u), k]
    if (i === 1) expect(k.toString('hex')).toBe('422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079')
  }
  expect(k.toString('hex')).toBe('684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51')
})

it('X25519 is the same as in Node, also for points that are not reduced', () => {
  const PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex')
  const PUBLIC = Buffer.from('302a300506032b656e032100', 'hex')
  const large = Buffer.alloc(32, 255)
  for (const point of [large, Buffer.from(large).fill(127, 31), ...Array.from({ length: 50 }, () => randomBytes(32))]) {
    const scalar = randomBytes(32)
    const privateKey = createPrivateKey({ key: Buffer.concat([PRIVATE, scalar]), format: 'der', type: 'pkcs8' })
    const publicKey = createPublicKey({ key: Buffer.concat([PUBLIC, point]), format: 'der', type: 'spki' })
    expect(x25519(scalar, point).equals(diffieHellman({ privateKey, publicKey }))).toBe(true)
  }
})

function decoded(text: string, size = 1000): Buffer | number {
  put(IN, Buffer.from(text))
  const result = code.mbedtls_base64_decode!(OUT, size, TAG, IN, text.length)
  return result === 0 ? get(OUT, get(TAG, 4).readUInt32LE()) : result
}

it('base64 is right for every length and in lines, and what is not base64 is refused', () => {
  for (let length = 0; length < 200; length++) {
    const bytes = randomBytes(length)
    const text = bytes.toString('base64')
    expect(decoded(text)).toEqual(bytes)
    expect(decoded(text.replace(/.{1,64}/g, '$&\r\n'))).toEqual(bytes)
    if (length > 0) expect(decoded(text, length - 1)).toBe(-0x2a)
  }
  for (const wrong of ['AAA', 'AAAA=', 'A===', 'AA=A', 'AA!A', 'AAé=', 'AAAAA'])
    expect(decoded(wrong), wrong).toBe(-0x2c)
})
