// How Vite builds the page: one entry and one Worker, the modules and certificates as files of their own, and relative
// URLs, so that dist/playground/site/ works on any static host, under any path.
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Provides the text of `curl --help all`, of the tool that this page runs, as the module `virtual:curl-help`. */
function curlHelp(): Plugin {
  const id = '\0curl-help'
  return {
    name: 'curl-help',
    resolveId: (source) => (source === 'virtual:curl-help' ? id : null),
    load(which) {
      if (which !== id) return null
      const text = execFileSync(process.execPath, [at('../bin/curl'), '-q', '--help', 'all'], { encoding: 'utf8' })
      return `export default ${JSON.stringify(text)}`
    },
  }
}

export default defineConfig({
  root: at('.'),
  base: './',
  plugins: [curlHelp()],
  // the size, for the progress bar: Content-Length is of the compressed file, while a page counts the bytes after that
  define: { __TOOL_BYTES__: JSON.stringify(statSync(at('../dist/curl-tool.wasm')).size) },
  worker: { format: 'es', plugins: () => [curlHelp()] },
  build: {
    outDir: at('../dist/playground/site'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600, // most of it is xterm.js
    rolldownOptions: { checks: { bundlerTimings: false } }, // no warning if the machine is busy
  },
})
