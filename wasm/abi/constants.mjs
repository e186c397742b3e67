// Makes TypeScript of the numbers in libcurl's headers. `node constants.mjs INCLUDE_DIR` prints
// ts/libcurl/constants.gen.ts, the constants that the package exports. `node constants.mjs INCLUDE_DIR numbers` prints
// ts/libcurl/numbers.gen.ts, the numbers of options and infos: users write their names, and the package's own calls use
// these. `node constants.mjs INCLUDE_DIR codes` prints ts/node-libcurl/codes.gen.ts, the enums of result codes. Called by
// `make constants`, and a test checks that the committed files are up to date.
//
// It reads the names from the headers, and gets their values from the C compiler: it compiles a module that has only a
// table of names and numbers, and reads that.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const HEADERS = ['curl.h', 'multi.h', 'header.h', 'websockets.h', 'options.h', 'urlapi.h', 'easy.h']

/** The enumerations of errors: C type name -> prefix of its members, and the TypeScript type of their symbols. */
const GROUPS = {
  CURLcode: ['CURLE_', 'CurlCode'],
  CURLMcode: ['CURLM_', 'CurlMultiCode'],
  CURLSHcode: ['CURLSHE_', 'CurlShareCode'],
  CURLHcode: ['CURLHE_', 'CurlHeaderCode'],
  CURLUcode: ['CURLUE_', 'CurlUrlCode'],
}
const TABLES = { infos: 'CURLINFO_', multiOptions: 'CURLMOPT_', multiInfos: 'CURLMINFO_' }
/** Ends of ranges, masks and types, which are not values. */
const NOT_VALUES =
  /(_LAST|_LASTENTRY|_LASTONE|_NONE|MASK|CURLINFO_(STRING|LONG|DOUBLE|SLIST|PTR|SOCKET|OFF_T|TEXT|END|HEADER_IN|HEADER_OUT|DATA_IN|DATA_OUT|SSL_DATA_IN|SSL_DATA_OUT))$/

const [include, what] = process.argv.slice(2)
const text = HEADERS.map((name) => readFileSync(join(include, 'curl', name), 'utf8'))
  .join('\n')
  .replace(/\/\*[\s\S]*?\*\//g, ' ')
  .replace(/\\\n/g, ' ')

/** The members of the enumerations in order, by type name, or '' if it has none. */
function enumerations() {
  const found = {}
  for (const [, body, type] of text.matchAll(/enum\s*\w*\s*\{([^{}]*)\}\s*(\w*)\s*;/g)) {
    const lines = body.split('\n').filter((line) => !/^\s*#/.test(line))
    found[type] = [
      ...(found[type] ?? []),
      ...[...lines.join('\n').matchAll(/(?:^|,|\(|\n)\s*(CURL\w+)\s*(?=[,=}\s]|$)/g)].map((m) => m[1]),
    ]
  }
  return found
}

function macros() {
  const numeric = /^[-+()\s|&<~0-9a-fxulA-Z_v]+$/
  return [...text.matchAll(/^[ \t]*#[ \t]*define[ \t]+(CURL\w+)[ \t]+([^\n]+)$/gm)]
    .filter(
      ([, name, value]) =>
        numeric.test(value.trim().replace(/\((unsigned )?(int|long|curl_off_t)\)/g, '')) &&
        !/^CURL(_EXTERN|_DEPRECATED|_STRICTER)/.test(name),
    )
    .map((m) => m[1])
}

const enums = enumerations()
const members = Object.values(enums)
  .flat()
  .filter((name) => !/^CURL(OPT|OPTTYPE|_DID)/.test(name))
const multi = [...text.matchAll(/CURLOPT\((CURLMOPT_\w+)/g)].map((m) => m[1])
const names = [...new Set([...members, ...multi, ...macros()])].filter(
  (name) =>
    !/^(CURL_IGNORE|CURLOPTTYPE|CURLOPTDEPRECATED|CURLINC|CURLEASY|CURL_(WIN32|STATICLIB|TYPEOF|FORMAT|SIZEOF|SUFFIX|PULL|ISOCPP|DISABLE|ZERO))/.test(
      name,
    ),
)

/** The debug types of DEBUGFUNCTION, which have the prefix of infos. */
const DEBUG_TYPES = /^CURLINFO_(TEXT|HEADER_IN|HEADER_OUT|DATA_IN|DATA_OUT|SSL_DATA_IN|SSL_DATA_OUT)$/
/** The options and infos, their types, and the masks of those. */
const easy = [...text.matchAll(/CURLOPT(?:DEPRECATED)?\(\s*(CURLOPT_\w+)/g)].map((m) => m[1])
const types = [...text.matchAll(/^#define (CURLOPTTYPE_\w+)/gm)].map((m) => m[1])
const numbers = [
  ...types,
  ...easy,
  ...names.filter(
    (name) => /^CURL(MOPT|INFO)_/.test(name) && !/_(LASTENTRY|LASTONE|NONE|END)$/.test(name) && !DEBUG_TYPES.test(name),
  ),
]

/** The values of names, which are integer constant expressions, by name. */
function valuesOf(names) {
  const dir = mkdtempSync(join(tmpdir(), 'libcurl-wasm-'))
  try {
    const entry = (name) => `  { "${name}", (double)(${name}) },`
    writeFileSync(
      join(dir, 'table.c'),
      `#define CURL_DISABLE_DEPRECATION
#include <curl/curl.h>
struct entry { const char *name; double value; };
static const struct entry table[] = {
${names.map(entry).join('\n')}
};
__attribute__((export_name("table"))) const void *get_table(void) { return table; }
`,
    )
    const module = join(dir, 'table.wasm')
    // with the configuration, which has one of the numbers
    const flags = ['-w', '-I', include, '-include', join(include, '../share/curl_config.h')]
    execFileSync('emcc', [...flags, join(dir, 'table.c'), '--no-entry', '-sWASM_BIGINT=1', '-o', module], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NODE_PATH: process.env.NODE_PATH ?? '/usr/share/nodejs' },
    })
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(module)), {})
    const view = new DataView(exports.memory.buffer)
    const start = exports.table()
    return Object.fromEntries(names.map((name, i) => [name, view.getFloat64(start + i * 16 + 8, true)]))
  } finally {
    rmSync(dir, { recursive: true })
  }
}

function printNumbers() {
  const value = valuesOf(numbers)
  return [
    "// The numbers of libcurl's options and infos, made from its headers by wasm/abi/constants.mjs (`make constants`). Not edited",
    '// by hand. The package does not export them; a bundle has those that are used.',
    '',
    ...numbers.map((name) => `export const ${name} = ${value[name]}`),
  ]
}

function printConstants() {
  const value = valuesOf(names)
  const lines = [
    '// The constants of libcurl, made from its headers by wasm/abi/constants.mjs (`make constants`). Not edited by hand.',
    '',
  ]
  for (const [type, [prefix, symbolType]] of Object.entries(GROUPS)) {
    const symbols = new Map()
    for (const name of enums[type].filter((n) => n.startsWith(prefix) && !/_LAST$/.test(n))) {
      if (!symbols.has(value[name])) symbols.set(value[name], name)
    }
    lines.push(`/** The symbols of ${type}. */`, `export type ${symbolType} =`)
    lines.push(...[...symbols.values()].map((name) => `  | '${name}'`), '')
    lines.push(
      `/** The symbols of ${type}, by number. */`,
      `export const ${type}: Readonly<Record<number, ${symbolType}>> = {`,
    )
    lines.push(...[...symbols].map(([number, name]) => `  '${number}': '${name}',`), '}', '')
  }
  for (const [table, prefix] of Object.entries(TABLES)) {
    lines.push(
      `/** ${prefix}*: the numbers by the name without that prefix. */`,
      `export const ${table}: Readonly<Record<string, number>> = {`,
    )
    for (const name of names) {
      if (name.startsWith(prefix) && !NOT_VALUES.test(name))
        lines.push(`  ${name.slice(prefix.length)}: ${value[name]},`)
    }
    lines.push('}', '')
  }
  for (const name of names) {
    if (Object.values(TABLES).some((prefix) => name.startsWith(prefix)) && !DEBUG_TYPES.test(name)) continue
    if (/_(LAST|LASTENTRY)$/.test(name)) continue
    lines.push(`export const ${name} = ${value[name]}`)
  }
  return lines
}

/** The enums of result codes as node-libcurl has them. Old names come first, so that the number has the present name. */
function printCodes() {
  const lines = [
    "// The enums of result codes, made from libcurl's headers by wasm/abi/constants.mjs (`make constants`). Not edited by",
    '// hand.',
    "import * as c from '../libcurl/constants.gen.js'",
  ]
  for (const type of ['CURLcode', 'CURLMcode', 'CURLSHcode']) {
    const [prefix, symbolType] = GROUPS[type]
    const present = enums[type].filter((name) => name.startsWith(prefix) && !/_LAST$/.test(name))
    const old = names.filter((name) => name.startsWith(prefix) && !/_LAST$/.test(name) && !present.includes(name))
    lines.push('', `/** ${type} of libcurl. */`, `export enum ${symbolType} {`)
    lines.push(...[...old, ...present].map((name) => `  ${name} = c.${name},`), '}')
  }
  return lines
}

const print = { numbers: printNumbers, codes: printCodes }[what] ?? printConstants
console.log(print().join('\n'))
