// Runs behaviours in a process of Node, Deno or Bun. Standard input has the addresses, and the names if not all
// behaviours are run. Prints the outcomes. The argument chooses another entry: `inline` or `lite`.
import process from 'node:process'
import { text } from 'node:stream/consumers'
import * as tool from 'libcurl-wasm/tool'
import { tell } from '../behaviours/behaviours.js'

const entry = process.argv[2]
const curl = await import(entry ? `libcurl-wasm/${entry}` : 'libcurl-wasm')
const { at, names } = JSON.parse(await text(process.stdin))
process.stdout.write(`${JSON.stringify(await tell(curl, tool, at, names))}\n`)
