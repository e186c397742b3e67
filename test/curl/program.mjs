// Runs a program of build/curl-tests with the arguments, files and streams of this process.
import { readFile } from 'node:fs/promises'
import { toolRuntime } from '../../dist/ts/runtimes/node/tool.js'
import { Program } from '../../dist/ts/tool/program.js'

export async function runProgram(name) {
  const bytes = await readFile(new URL(`../../build/curl-tests/${name}.wasm`, import.meta.url))
  const program = new Program(toolRuntime.host())
  process.exit(await program.run(await WebAssembly.compile(bytes), [name, ...process.argv.slice(2)]))
}
