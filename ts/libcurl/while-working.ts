// Makes something with a multi handle once, and again after the module has trapped: fetch() and connect() keep what they
// share this way.
import type { Multi } from './multi.js'

/** Returns a function that calls `make` at its first call, and again once the multi handle is broken. */
export function whileWorking<T extends { multi: Multi }>(make: () => Promise<T>): () => Promise<T> {
  let made: T | null = null
  let making: Promise<T> | null = null
  return () => {
    if (made && !made.multi.broken) return Promise.resolve(made)
    return (making ??= make()
      .then((value) => (made = value))
      .finally(() => (making = null)))
  }
}
