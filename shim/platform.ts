// Types of the platform's globals that lib.dom has, and that a program for Node alone lacks or has in part. A program
// with `lib: ["es2023"]` and @types/node has to be able to read this package's types. Types only, for all folders.

/** A WebAssembly.Module. Nothing here looks into one. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module
  : { readonly [Symbol.toStringTag]: 'WebAssembly.Module' }

/** What is used of a WebAssembly.Instance. */
export interface WasmInstance {
  readonly exports: object
}

/** What is used of a WebAssembly.Memory. */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike
}

/** The functions that a module imports, by the name of the import module and their own. */
export type WasmImports = Record<string, Record<string, CallableFunction>>

/** Bytes. https://webidl.spec.whatwg.org/#BufferSource */
export type BufferSource = ArrayBuffer | ArrayBufferView<ArrayBuffer>

/** https://fetch.spec.whatwg.org/#requestinfo */
export type RequestInfo = Request | string

/** https://fetch.spec.whatwg.org/#bodyinit */
export type BodyInit = ReadableStream | Blob | BufferSource | FormData | URLSearchParams | string

/** https://fetch.spec.whatwg.org/#typedefdef-headersinit */
export type HeadersInit = Headers | [string, string][] | Record<string, string>

/** https://fetch.spec.whatwg.org/#responsetype */
export type ResponseType = 'basic' | 'cors' | 'default' | 'error' | 'opaque' | 'opaqueredirect'

/** https://dom.spec.whatwg.org/#callbackdef-eventlistener */
export type EventListener<E extends Event = Event> = ((event: E) => unknown) | { handleEvent(event: E): unknown } | null

/** https://dom.spec.whatwg.org/#dictdef-addeventlisteneroptions */
export interface EventListenerOptions {
  capture?: boolean
  once?: boolean
  passive?: boolean
  signal?: AbortSignal
}

/** https://websockets.spec.whatwg.org/#the-closeevent-interface */
export interface CloseEvent extends Event {
  /** After a closing handshake. */
  readonly wasClean: boolean
  readonly code: number
  readonly reason: string
}

/** What a CloseEvent is made of. */
export interface CloseEventInit {
  bubbles?: boolean
  cancelable?: boolean
  composed?: boolean
  wasClean?: boolean
  code?: number
  reason?: string
}
