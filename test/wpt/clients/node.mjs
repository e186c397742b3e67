// The client that is part of Node.
export const { fetch, WebSocket } = globalThis
