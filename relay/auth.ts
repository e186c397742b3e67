// Decides who may use the relay: passwords (stored as scrypt hashes), tokens, and Ed25519 keys. All comparisons take
// constant time, and an unknown user takes as long as a wrong password. Never logs or returns a secret.
import { createHash, createPublicKey, randomBytes, scrypt, timingSafeEqual, verify, type KeyObject } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { ED25519, type KeyCredentials, type PasswordCredentials } from '../shim/transports/wisp/protocol.js'
import { Refusal } from './refusal.js'
import { CloseReason } from '../shim/transports/relay.js'

const derive = promisify<string, Buffer, number, Buffer>(scrypt)
const SALT_BYTES = 16
const HASH_BYTES = 32
/** Bytes of a challenge to sign. */
const CHALLENGE_BYTES = 64

export interface Secrets {
  /** hashPassword() of each user's password. */
  passwords: Readonly<Record<string, string>>
  tokens: readonly string[]
  /** The raw public Ed25519 key of each user in base64. */
  keys: Readonly<Record<string, string>>
}

/** Makes a salt and a scrypt hash (RFC 7914 with Node's parameters, N = 16384, r = 8, p = 1) for a password file. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  return `${salt.toString('base64')}:${(await derive(password, salt, HASH_BYTES)).toString('base64')}`
}

interface Stored {
  salt: Buffer
  hash: Buffer
}

function parseHash(user: string, text: string): Stored {
  const [salt, hash, more] = text.split(':').map((part) => Buffer.from(part, 'base64'))
  if (more || salt?.length !== SALT_BYTES || hash?.length !== HASH_BYTES) {
    throw new RangeError(`the hash of the password of "${user}" is not one of --hash-password`)
  }
  return { salt, hash }
}

function parseKey(user: string, text: string): { user: string; hash: Buffer; key: KeyObject } {
  const raw = Buffer.from(text, 'base64')
  if (raw.length !== 32) throw new RangeError(`the key of "${user}" is not 32 bytes in base64`)
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }
  return { user, hash: digest(raw), key: createPublicKey({ key: jwk, format: 'jwk' }) }
}

function digest(bytes: string | Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

export class Authenticator {
  #passwords: Map<string, Stored>
  #tokens: Buffer[]
  #keys: ReturnType<typeof parseKey>[]
  /** Compared with for unknown users, so that they take as long. */
  #nobody: Stored = { salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) }

  /** @throws RangeError that names the user whose entry is wrong. */
  constructor({ passwords, tokens, keys }: Secrets) {
    this.#passwords = new Map(Object.entries(passwords).map(([user, text]) => [user, parseHash(user, text)]))
    this.#tokens = tokens.map(digest)
    this.#keys = Object.entries(keys).map(([user, text]) => parseKey(user, text))
  }

  get hasPasswords(): boolean {
    return this.#passwords.size > 0
  }

  get hasKeys(): boolean {
    return this.#keys.length > 0
  }

  get required(): boolean {
    return this.hasPasswords || this.hasKeys || this.#tokens.length > 0
  }

  /**
   * Checks the credentials of a request for a WebSocket: `Authorization: Bearer` or `Basic`, or `?token=` for browsers,
   * which can send neither. Returns a name for the log, or null if there are none.
   * @throws Refusal if they are wrong.
   */
  async request(request: IncomingMessage, query: URLSearchParams): Promise<string | null> {
    const [scheme, value = ''] = (request.headers.authorization ?? '').split(/ +/, 2)
    if (/^bearer$/i.test(scheme!)) return this.#token(value)
    if (/^basic$/i.test(scheme!)) {
      const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(value, 'base64').toString()) ?? []
      return this.password({ user, password })
    }
    const token = query.get('token')
    return token === null ? null : this.#token(token)
  }

  #token(token: string): string {
    const given = digest(token)
    let found = false
    for (const one of this.#tokens) found = timingSafeEqual(one, given) || found // compares all of them
    if (!found) throw new Refusal(CloseReason.BAD_PASSWORD, 'wrong token')
    return 'token'
  }

  /** Returns the user. @throws Refusal */
  async password({ user, password }: PasswordCredentials): Promise<string> {
    const known = this.#passwords.get(user)
    const { salt, hash } = known ?? this.#nobody
    const equal = timingSafeEqual(hash, await derive(password, salt, HASH_BYTES))
    if (!known || !equal) throw new Refusal(CloseReason.BAD_PASSWORD, 'wrong user or password')
    return user
  }

  challenge(): Buffer {
    return randomBytes(CHALLENGE_BYTES)
  }

  /** Returns the user whose key has signed the challenge. @throws Refusal */
  signature({ algorithm, keyHash, signature }: KeyCredentials, challenge: Uint8Array): string {
    const known = this.#keys.find(({ hash }) => timingSafeEqual(hash, keyHash))
    if (algorithm !== ED25519 || !known || !verify(null, challenge, known.key, signature)) {
      throw new Refusal(CloseReason.BAD_SIGNATURE, 'wrong key or signature')
    }
    return known.user
  }
}
