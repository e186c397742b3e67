// Decides who may use the relay: passwords (stored as scrypt hashes), tokens, and Ed25519 keys. All comparisons take
// constant time, and an unknown user takes as long as a wrong password. Never logs or returns a secret.
import { ED25519, type KeyCredentials, type PasswordCredentials } from '../../shim/transports/wisp/protocol.js'
import { Refusal } from './refusal.js'
import { CloseReason } from '../../shim/transports/relay.js'

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

/** What it needs of the runtime. */
export interface Cryptography {
  random(length: number): Uint8Array
  sha256(bytes: string | Uint8Array): Uint8Array
  /** Compares two arrays of the same length in constant time. */
  equal(one: Uint8Array, other: Uint8Array): boolean
  /** scrypt (RFC 7914) with N = 16384, r = 8, p = 1. */
  scrypt(password: string, salt: Uint8Array, length: number): Promise<Uint8Array>
  /** Prepares a raw public Ed25519 key to verify signatures. */
  ed25519(key: Uint8Array): Verify
}

type Verify = (message: Uint8Array, signature: Uint8Array) => boolean

/** Makes a salt and a scrypt hash for a password file. */
export async function hashPassword(password: string, cryptography: Cryptography): Promise<string> {
  const salt = cryptography.random(SALT_BYTES)
  return `${toBase64(salt)}:${toBase64(await cryptography.scrypt(password, salt, HASH_BYTES))}`
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

/** The bytes of a text in base64, none if it is not. */
function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return new Uint8Array(0)
  }
}

interface Stored {
  salt: Uint8Array
  hash: Uint8Array
}

function parseHash(user: string, text: string): Stored {
  const [salt, hash, more] = text.split(':').map(fromBase64)
  if (more || salt?.length !== SALT_BYTES || hash?.length !== HASH_BYTES) {
    throw new RangeError(`the hash of the password of "${user}" is not one of --hash-password`)
  }
  return { salt, hash }
}

interface Key {
  user: string
  hash: Uint8Array
  verify: Verify
}

function parseKey(user: string, text: string, { sha256, ed25519 }: Cryptography): Key {
  const raw = fromBase64(text)
  if (raw.length !== 32) throw new RangeError(`the key of "${user}" is not 32 bytes in base64`)
  return { user, hash: sha256(raw), verify: ed25519(raw) }
}

export class Authenticator {
  #passwords: Map<string, Stored>
  #tokens: Uint8Array[]
  #keys: Key[]
  #cryptography: Cryptography
  /** Compared with for unknown users, so that they take as long. Made later: a Worker has no random bytes at first. */
  #nobody: Stored | null = null

  /** @throws RangeError that names the user whose entry is wrong. */
  constructor({ passwords, tokens, keys }: Secrets, cryptography: Cryptography) {
    this.#cryptography = cryptography
    this.#passwords = new Map(Object.entries(passwords).map(([user, text]) => [user, parseHash(user, text)]))
    this.#tokens = tokens.map(cryptography.sha256)
    this.#keys = Object.entries(keys).map(([user, text]) => parseKey(user, text, cryptography))
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
   * @param authorization The header, '' if there is none.
   * @throws Refusal if they are wrong.
   */
  async request(authorization: string, query: URLSearchParams): Promise<string | null> {
    const [scheme, value = ''] = authorization.split(/ +/, 2)
    if (/^bearer$/i.test(scheme!)) return this.#token(value)
    if (/^basic$/i.test(scheme!)) {
      const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(new TextDecoder().decode(fromBase64(value))) ?? []
      return this.password({ user, password })
    }
    const token = query.get('token')
    return token === null ? null : this.#token(token)
  }

  #token(token: string): string {
    const { sha256, equal } = this.#cryptography
    const given = sha256(token)
    let found = false
    for (const one of this.#tokens) found = equal(one, given) || found // compares all of them
    if (!found) throw new Refusal(CloseReason.BAD_PASSWORD, 'wrong token')
    return 'token'
  }

  /** Returns the user. @throws Refusal */
  async password({ user, password }: PasswordCredentials): Promise<string> {
    const { random, scrypt, equal } = this.#cryptography
    this.#nobody ??= { salt: random(SALT_BYTES), hash: random(HASH_BYTES) }
    const known = this.#passwords.get(user)
    const { salt, hash } = known ?? this.#nobody
    const matches = equal(hash, await scrypt(password, salt, HASH_BYTES))
    if (!known || !matches) throw new Refusal(CloseReason.BAD_PASSWORD, 'wrong user or password')
    return user
  }

  challenge(): Uint8Array {
    return this.#cryptography.random(CHALLENGE_BYTES)
  }

  /** Returns the user whose key has signed the challenge. @throws Refusal */
  signature({ algorithm, keyHash, signature }: KeyCredentials, challenge: Uint8Array): string {
    const known = this.#keys.find(({ hash }) => this.#cryptography.equal(hash, keyHash))
    if (algorithm !== ED25519 || !known || !known.verify(challenge, signature)) {
      throw new Refusal(CloseReason.BAD_SIGNATURE, 'wrong key or signature')
    }
    return known.user
  }
}
