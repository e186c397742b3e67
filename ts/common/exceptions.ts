// What becomes of exceptions that nobody is there to catch.

/** For what a callback of the application throws when no transfer is there to fail: the host tells of it as uncaught. */
export function reportLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}

/** Does something to an object of the application whose answer nobody waits for, nor for what it throws or rejects with. */
export function quietly(run: () => unknown): void {
  void (async () => run())().catch(() => {})
}
