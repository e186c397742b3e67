// Makes something in the module once, and again after the module has trapped: fetch() and connect() keep what they share
// this way.

/** Returns a function that calls `make` at its first call, and again once what it has made is broken by a trap. */
export function whileWorking<T extends { readonly broken: unknown }>(make: () => Promise<T>): () => Promise<T> {
  let made: T | null = null
  let making: Promise<T> | null = null
  return () => {
    if (made && !made.broken) return Promise.resolve(made)
    return (making ??= make()
      .then((value) => (made = value))
      .finally(() => (making = null)))
  }
}
