// What users of the API see in their editor, tested with TypeScript's language server.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DEPRECATED, Editor } from './editor.js'

let editor: Editor
beforeAll(async () => {
  editor = await Editor.open(new URL('editor-sample.ts', import.meta.url).pathname)
})
afterAll(() => editor.close())

it.each([
  ["easy.setopt('TIMEOUT_MS'", 'setopt', ['value: number', 'How long', 'CURLOPT_TIMEOUT_MS', '@since', '7.16.2']],
  ["easy.setopt('CURLOPT_HTTPAUTH'", 'setopt', ['CURLAUTH_BASIC', 'CURLAUTH_BEARER', '7.10.6']],
  ["easy.setopt('ENCODING'", 'setopt', ['string | null', '@deprecated', 'since 7.21.6: use ACCEPT_ENCODING']],
  ["easy.getinfo('TOTAL_TIME_T'", 'getinfo', ['): number', 'microseconds', 'CURLINFO_TOTAL_TIME_T', '7.61.0']],
  ["multi.setopt('MAX_TOTAL_CONNECTIONS'", 'setopt', ['at the same time', 'CURLMOPT_MAX_TOTAL_CONNECTIONS', '7.30.0']],
  ["multi.getOffT('XFERS_RUNNING'", 'getOffT', ['running', 'CURLMINFO_XFERS_RUNNING', '8.16.0']],
  ["share.setopt('SHARE'", 'setopt', ['CurlLockData', 'CURL_LOCK_DATA_COOKIE', 'CURLSHOPT_SHARE', '7.10.3']],
])('%s…: type, meaning, man page and version are shown', async (code, method, shown) => {
  const text = await editor.hover(code, method)
  for (const part of shown) expect(text).toContain(part)
})

it('names are completed, with and without the prefix', async () => {
  const names = await editor.completions("easy.setopt('TIMEOUT_MS'", 'TIMEOUT_MS')
  expect(names).toEqual(expect.arrayContaining(['TIMEOUT_MS', 'CURLOPT_TIMEOUT_MS', 'WRITEFUNCTION']))
  const infos = await editor.completions("easy.getinfo('TOTAL_TIME_T'", 'TOTAL_TIME_T')
  expect(infos).toEqual(expect.arrayContaining(['TOTAL_TIME_T', 'CURLINFO_TOTAL_TIME_T', 'CERTINFO']))
})

it('calls with deprecated options are struck out, and no others', async () => {
  const struck = (await editor.diagnostics()).filter(({ tags }) => tags?.includes(DEPRECATED))
  expect(struck.map(({ range }) => editor.line(range.start.line))).toEqual([
    "easy.setopt('ENCODING', 'gzip')",
    "easy.getinfo('SIZE_DOWNLOAD')",
  ])
})
