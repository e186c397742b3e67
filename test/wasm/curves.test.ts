// The arithmetic of elliptic curves that the modules have, alone: products of points must be the same as Node's, for
// random numbers and for those next to the ends, which carries and reductions can get wrong.
import { createECDH, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compiled, root } from './compiled.js'

interface Exports {
  malloc(size: number): number
  multiply(nid: number, ...places: number[]): number
}

const lib = join(root, 'build/lib/openssl')
/** The system calls of OpenSSL are missing, and are not called. */
const FLAGS = ['-O2', '-sTOTAL_STACK=1MB', '-sERROR_ON_UNDEFINED_SYMBOLS=0', '-sWARN_ON_UNDEFINED_SYMBOLS=0']

const ORDERS = {
  'P-256': { nid: 415, node: 'prime256v1', order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n },
  'P-384': {
    nid: 715,
    node: 'secp384r1',
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  'P-521': {
    nid: 716,
    node: 'secp521r1',
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
}

describe.each([
  ['the full module', ['-lcrypto']],
  ['small modules', ['-lcurves-small', '-lcrypto']],
])('%s', (_module, libraries) => {
  const sources = [`-I${lib}/include`, join(root, 'test/wasm/curves.c'), `-L${lib}/lib`, ...libraries]
  const exports = compiled<Exports>([...FLAGS, ...sources], 'multiply', 'malloc')
  const place = exports.malloc(4096)

  function multiply(nid: number, size: number, base: bigint, scalar: bigint, point: Buffer): Buffer {
    const bytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(size * 2, '0'), 'hex')
    const memory = Buffer.from(exports.memory.buffer)
    memory.set(bytes(base), place)
    memory.set(bytes(scalar), place + 256)
    memory.set(point, place + 512)
    const length = exports.multiply(nid, place, place + 256, size, place + 512, point.length, place + 1024)
    return Buffer.from(Buffer.from(exports.memory.buffer).subarray(place + 1024, place + 1024 + length))
  }

  it.each(Object.entries(ORDERS))('%s', (_curve, { nid, node, order }) => {
    const size = Math.ceil(order.toString(2).length / 8)
    const random = (): bigint => (BigInt(`0x${randomBytes(size + 8).toString('hex')}`) % (order - 1n)) + 1n
    const ends = [
      1n,
      2n,
      3n,
      15n,
      16n,
      17n,
      2n ** 64n - 1n,
      2n ** 128n,
      2n ** 200n - 1n,
      order / 2n,
      order - 2n,
      order - 1n,
    ]
    const scalars = [...ends, ...Array.from({ length: 20 }, random)]
    /** k times the base point, by Node. */
    const product = (k: bigint): Buffer => {
      const ecdh = createECDH(node)
      ecdh.setPrivateKey(Buffer.from(k.toString(16).padStart(size * 2, '0'), 'hex'))
      return ecdh.getPublicKey()
    }
    const infinity = Buffer.of(0)
    const expected = (k: bigint): Buffer => (k % order === 0n ? infinity : product(k % order))
    const secret = random()
    const point = product(secret)
    for (const [i, k] of scalars.entries()) {
      expect(multiply(nid, size, k, 0n, Buffer.alloc(0)), `${k} G`).toEqual(expected(k))
      expect(multiply(nid, size, 0n, k, point), `${k} P`).toEqual(expected(k * secret))
      const other = scalars[(i * 7 + 3) % scalars.length]!
      expect(multiply(nid, size, other, k, point), `${other} G + ${k} P`).toEqual(expected(other + k * secret))
    }
    // a sum whose parts are the same point, and one whose parts cancel each other
    expect(multiply(nid, size, secret, 1n, point)).toEqual(expected(2n * secret))
    expect(multiply(nid, size, order - secret, 1n, point)).toEqual(infinity)
  })
})
