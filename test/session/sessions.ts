// Sessions for the tests of a file.
import { Session, type SessionOptions } from 'libcurl-wasm'
import { afterEach } from 'vitest'

/** Makes a function that makes sessions with these options, and more. They are closed after each test. */
export function sessionsWith(common: SessionOptions): (options?: SessionOptions) => Session {
  const sessions: Session[] = []
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((each) => each.close()))
  })
  return (options = {}) => {
    const made = new Session({ ...common, ...options })
    sessions.push(made)
    return made
  }
}
