// Exceptions that no caller can catch.

/** Makes the host report an exception as uncaught: one of a callback of the application, without a transfer to fail. */
export function reportLater(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}

/** Calls an object of the application, and ignores what that returns, throws or rejects with. */
export function quietly(run: () => unknown): void {
  void (async () => run())().catch(() => {})
}
