// Makes a JavaScript module, and its types, whose default export is the content of a file, as text or in base64: `node
// scripts/inline.mjs FILE utf8|base64 MODULE.js`. The Makefile calls it, for the entries that contain everything as
// JavaScript (ts/runtimes/*/inline.ts), and for texts that every runtime has to find.
import { readFileSync, writeFileSync } from 'node:fs'

const [file, encoding, module] = process.argv.slice(2)
writeFileSync(module.replace(/js$/, 'd.ts'), 'declare const content: string\nexport default content\n')
writeFileSync(module, `export default ${JSON.stringify(readFileSync(file, encoding))}\n`)
