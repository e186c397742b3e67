// What Node itself has.
export const { fetch, WebSocket } = globalThis
