// The platform's own fetch, as it was when this package was loaded. globalThis.fetch may be set to ours later, which
// waits for the module, and so cannot load it.

export const platformFetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis)
