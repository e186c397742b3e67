// What every failure of the network becomes.

/** The only error that the network makes. https://fetch.spec.whatwg.org/#concept-network-error */
export function networkError(cause: unknown): TypeError {
  return new TypeError('fetch failed', { cause })
}
