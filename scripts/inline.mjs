// Makes of a file a JavaScript module whose default export it is, as text or in base64, with its types beside it:
// node scripts/inline.mjs FILE utf8|base64 MODULE.js. Called by the Makefile, for the entries that have everything inside of
// the JavaScript (ts/inline-*.ts).
import { readFileSync, writeFileSync } from 'node:fs'

const [file, encoding, module] = process.argv.slice(2)
writeFileSync(module.replace(/js$/, 'd.ts'), 'declare const content: string\nexport default content\n')
writeFileSync(module, `export default ${JSON.stringify(readFileSync(file, encoding))}\n`)
