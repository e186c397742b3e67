// The cryptography of the relay, by node:crypto. Cloudflare's runtime has it too, with the flag nodejs_compat: the Web
// Cryptography API has no scrypt.
import { createHash, createPublicKey, randomBytes, scrypt, timingSafeEqual, verify } from 'node:crypto'
import { promisify } from 'node:util'
import type { Cryptography } from './core/auth.js'

export const cryptography: Cryptography = {
  random: randomBytes,
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
  equal: timingSafeEqual,
  // Node's parameters are those of the interface
  scrypt: promisify<string, Uint8Array, number, Buffer>(scrypt),
  ed25519(raw) {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') }
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    return (message, signature) => verify(null, message, key, signature)
  },
}
