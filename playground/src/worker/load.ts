// Loads the tool's module once, and reports the progress. After a failure the next call tries again.
import toolUrl from '../../../dist/curl-tool.wasm?url'

export type Progress = (loaded: number, total: number) => void

let loading: Promise<WebAssembly.Module> | null = null

export function loadTool(progress: Progress): Promise<WebAssembly.Module> {
  return (loading ??= load(progress).catch((error: unknown) => {
    loading = null
    throw error
  }))
}

async function load(progress: Progress): Promise<WebAssembly.Module> {
  progress(0, __TOOL_BYTES__)
  const response = await fetch(toolUrl).catch(() => {
    throw new Error('the server of this page does not answer')
  })
  if (!response.ok) throw new Error(`${new URL(toolUrl, location.href).pathname}: HTTP status ${response.status}`)
  // counts a clone, so that the response itself is compiled: only for that do browsers cache the compiled code
  const counting = count(response.clone(), progress)
  counting.catch(() => {}) // compiling fails with the same error
  const typed = /^application\/wasm\b/.test(response.headers.get('content-type') ?? '')
  const module = await (typed
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer()))
  await counting
  return module
}

async function count(response: Response, progress: Progress): Promise<void> {
  let loaded = 0
  const reader = response.body!.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    loaded += value.length
    progress(loaded, Math.max(loaded, __TOOL_BYTES__))
  }
}
