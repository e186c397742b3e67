// The error of every failure of the network.

/** https://fetch.spec.whatwg.org/#concept-network-error. What went wrong is its cause. */
export function networkError(cause: unknown): TypeError {
  return new TypeError('fetch failed', { cause })
}

export function isNetworkError(error: unknown): error is TypeError {
  return error instanceof TypeError && error.message === 'fetch failed'
}
