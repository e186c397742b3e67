export { CloseEvent, WebSocket, WebSocketError, WebSocketStream, fetch } from 'libcurl-wasm'
