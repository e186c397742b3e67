// The error of every failure of the network.

/** https://fetch.spec.whatwg.org/#concept-network-error. What went wrong is its cause. */
export function networkError(cause: unknown): TypeError {
  const error = new TypeError('fetch failed', { cause })
  made.add(error)
  return error
}
const made = new WeakSet<object>()

/** Whether an error was made here, and not by the caller. */
export function isNetworkError(error: unknown): error is TypeError {
  return made.has(error as object)
}

/**
 * Gives an error of ours the stack of the function that rejects with it, because it was made where libcurl reported it.
 * In V8 that stack goes on through the functions that await it, up to the caller's. Other engines may lack that.
 * @see https://v8.dev/docs/stack-trace-api#async-stack-traces
 */
export function retraced<E extends Error>(error: E): E {
  ;(Error as { captureStackTrace?: (error: Error, below: unknown) => void }).captureStackTrace?.(error, retraced)
  return error
}
