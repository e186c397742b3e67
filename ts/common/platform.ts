// The platform's own fetch, as it was when this package was loaded: what globalThis.fetch is later may be ours, which
// waits for the module, and so must not be what loads it.

export const platformFetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis)
