// Handles that are forgotten without close(): in development, and only there, a warning says so. Nothing is closed by
// the garbage collector, for when it runs nobody knows.

const development =
  (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.['NODE_ENV'] ===
  'development'

const registry = development
  ? new FinalizationRegistry<string>((kind) => {
      console.warn(
        `libcurl-wasm: a handle of type ${kind} was forgotten without close(); what it holds stays allocated`,
      )
    })
  : null

export function born(handle: object, kind: string): void {
  registry?.register(handle, kind, handle)
}

export function closed(handle: object): void {
  registry?.unregister(handle)
}
