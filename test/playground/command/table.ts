// The options of the built tool, parsed from its help.
import { runTool } from 'libcurl-wasm/tool'
import { parseHelp, type OptionTable } from '../../../ts/tool/javascript/curl-options.js'

/** Runs the tool. */
export async function run(...argv: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new TransformStream<Uint8Array>(), new TransformStream<Uint8Array>()]
  const texts = Promise.all([new Response(stdout.readable).text(), new Response(stderr.readable).text()])
  const stdin = new ReadableStream<Uint8Array>({ start: (controller) => controller.close() })
  const status = await runTool(argv, { stdin, stdout: stdout.writable, stderr: stderr.writable, env: {} })
  const [out, err] = await texts
  return { status, stdout: out, stderr: err }
}

export async function readTable(): Promise<OptionTable> {
  return parseHelp((await run('--help', 'all')).stdout)
}
