// The ciphers that replace OpenSSL's, compiled alone: their results must be the same as Node's, for every length, when
// the counter overflows, and in place.
import { createCipheriv, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compiled, root } from './compiled.js'

interface Kernel {
  memory: WebAssembly.Memory
  [name: string]: unknown
}

function kernelOf(kernel: string, ...names: string[]): Kernel {
  const include = `-I${join(root, 'build/lib/openssl/include')}`
  return compiled(['-O3', '-msimd128', include, join(root, `wasm/lib/openssl/${kernel}.c`)], ...names)
}

/** Free memory above the data and the stack of the kernel. A page has 64 KB. */
function places({ memory }: Kernel): { key: number; iv: number; in: number; out: number; bytes: Uint8Array } {
  const at = memory.grow(2) * 65536
  return { key: at, iv: at + 512, in: at + 1024, out: at + 65536, bytes: new Uint8Array(memory.buffer) }
}

describe('AES in counter mode', () => {
  const kernel = kernelOf('aes_ctr', 'AES_ctr32_encrypt')
  const at = places(kernel)
  const encrypt = kernel.AES_ctr32_encrypt as (
    in_: number,
    out: number,
    blocks: number,
    key: number,
    iv: number,
  ) => void

  /** Multiplication in GF(2^8), for the S-box of FIPS 197. */
  const times = (a: number, b: number): number => {
    let product = 0
    for (let bit = 0; bit < 8; bit++) {
      if ((b >> bit) & 1) product ^= a << bit
    }
    for (let bit = 14; bit >= 8; bit--) if ((product >> bit) & 1) product ^= 0x11b << (bit - 8)
    return product
  }
  const sbox = Array.from({ length: 256 }, (_, byte) => {
    const inverse = Array.from({ length: 256 }, (_, i) => i).find((i) => times(i, byte) === 1) ?? 0
    return [0, 1, 2, 3, 4].reduce((sum, turn) => sum ^ (((inverse << turn) | (inverse >> (8 - turn))) & 255), 0x63)
  })
  const sub = (word: number): number =>
    [24, 16, 8, 0].reduce((sum, shift) => sum | (sbox[(word >>> shift) & 255]! << shift), 0) >>> 0

  /** The key expansion of FIPS 197, in OpenSSL's format: the first byte of a word is the highest. */
  function schedule(key: Buffer): { words: number[]; rounds: number } {
    const size = key.length / 4
    const words = Array.from({ length: size }, (_, i) => key.readUInt32BE(4 * i))
    const rounds = size + 6
    for (let i = size, constant = 1; i < 4 * (rounds + 1); i++) {
      let word = words[i - 1]!
      if (i % size === 0) {
        word = (sub(((word << 8) | (word >>> 24)) >>> 0) ^ (constant << 24)) >>> 0
        constant = times(constant, 2)
      } else if (size > 6 && i % size === 4) word = sub(word)
      words.push((words[i - size]! ^ word) >>> 0)
    }
    return { words, rounds }
  }

  function ours(key: Buffer, iv: Buffer, data: Buffer, out = at.out): Buffer {
    const { words, rounds } = schedule(key)
    new Uint32Array(kernel.memory.buffer, at.key, 61).set([...words, ...Array(60 - words.length).fill(0), rounds])
    at.bytes.set(iv, at.iv)
    at.bytes.set(data, at.in)
    encrypt(at.in, out, data.length / 16, at.key, at.iv)
    return Buffer.from(at.bytes.slice(out, out + data.length))
  }
  const theirs = (key: Buffer, iv: Buffer, data: Buffer): Buffer =>
    createCipheriv(`aes-${key.length * 8}-ctr`, key, iv).update(data)

  it.each([16, 24, 32])('is right with a key of %i bytes, for every number of blocks', (size) => {
    for (let blocks = 1; blocks <= 40; blocks++) {
      const [key, iv, data] = [randomBytes(size), randomBytes(16), randomBytes(16 * blocks)]
      iv[12] = 0 // Node's counter has 16 bytes, so avoid a carry out of the last four
      expect(ours(key, iv, data).equals(theirs(key, iv, data)), `${blocks} blocks`).toBe(true)
      expect(ours(key, iv, data, at.in).equals(theirs(key, iv, data)), `${blocks} blocks in place`).toBe(true)
    }
  })

  it('only counts in the last four bytes', () => {
    const [key, iv] = [randomBytes(32), randomBytes(16)]
    iv.writeUInt32BE(0xfffffffd, 12)
    const from = Buffer.from(iv)
    const expected = Array.from({ length: 12 }, (_, i) => {
      from.writeUInt32BE((0xfffffffd + i) >>> 0, 12)
      return theirs(key, from, Buffer.alloc(16))
    })
    expect(ours(key, iv, Buffer.alloc(12 * 16)).equals(Buffer.concat(expected))).toBe(true)
  })
})

describe('ChaCha20', () => {
  const kernel = kernelOf('chacha', 'ChaCha20_ctr32')
  const at = places(kernel)
  const encrypt = kernel.ChaCha20_ctr32 as (out: number, in_: number, length: number, key: number, iv: number) => void

  it('is right for every length, in place too', () => {
    for (const length of [...Array(600).keys(), 4096, 16_384].slice(1)) {
      const [key, iv, data] = [randomBytes(32), randomBytes(16), randomBytes(length)]
      iv[3] = 0 // the counter of OpenSSL in Node has eight bytes, that of RFC 8439 four
      const expected = createCipheriv('chacha20', key, iv).update(data)
      for (const out of [at.out, at.in]) {
        at.bytes.set(key, at.key)
        at.bytes.set(iv, at.iv)
        at.bytes.set(data, at.in)
        encrypt(out, at.in, length, at.key, at.iv)
        expect(expected.equals(at.bytes.subarray(out, out + length)), `${length} bytes`).toBe(true)
      }
    }
  })
})

describe('Poly1305', () => {
  const kernel = kernelOf('poly1305', 'poly1305_init', 'poly1305_blocks', 'poly1305_emit')
  const at = places(kernel)
  const { poly1305_init, poly1305_blocks, poly1305_emit } = kernel as unknown as Record<
    string,
    (...args: number[]) => number
  >

  /** Little-endian. */
  const number = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)

  /** RFC 8439, section 2.5.1. */
  function theirs(key: Buffer, data: Buffer): bigint {
    const r = number(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn
    let sum = 0n
    for (let i = 0; i < data.length; i += 16)
      sum = ((sum + number(data.subarray(i, i + 16)) + (1n << 128n)) * r) % ((1n << 130n) - 5n)
    return (sum + number(key.subarray(16))) & ((1n << 128n) - 1n)
  }

  /** Our result, with the first `split` bytes in a call of their own. */
  function ours(key: Buffer, data: Buffer, split: number): bigint {
    at.bytes.set(key, at.key)
    at.bytes.set(data, at.in)
    poly1305_init!(at.out, at.key, 0)
    poly1305_blocks!(at.out, at.in, split, 1)
    poly1305_blocks!(at.out, at.in + split, data.length - split, 1)
    poly1305_emit!(at.out, at.iv, at.key + 16)
    return number(at.bytes.subarray(at.iv, at.iv + 16))
  }

  it('is right for every number of blocks, in one call and in two', () => {
    for (let blocks = 0; blocks <= 40; blocks++) {
      const random = [randomBytes(32), randomBytes(16 * blocks)] as const
      // numbers that are close to the modulus, and that carry everywhere
      const ones = [Buffer.alloc(32, 255), Buffer.alloc(16 * blocks, 255)] as const
      const small = [Buffer.from('02'.padEnd(64, '0'), 'hex'), Buffer.alloc(16 * blocks, 255)] as const
      for (const [key, data] of [random, ones, small]) {
        for (let split = 0; split <= data.length; split += 16 * 7)
          expect(ours(key, data, split), `${blocks} blocks, ${split}`).toBe(theirs(key, data))
      }
    }
  })
})
