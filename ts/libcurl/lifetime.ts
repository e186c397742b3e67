// Warns of handles that are collected without close(), in development only. The garbage collector closes nothing,
// because it is not known when it runs.

let registry: FinalizationRegistry<string> | null = null

/** Warns from now on. */
export function warnOfForgotten(): void {
  registry ??= new FinalizationRegistry<string>((kind) => {
    console.warn(`libcurl-wasm: a handle of type ${kind} was forgotten without close(); what it holds stays allocated`)
  })
}

export function born(handle: object, kind: string): void {
  registry?.register(handle, kind, handle)
}

export function closed(handle: object): void {
  registry?.unregister(handle)
}
