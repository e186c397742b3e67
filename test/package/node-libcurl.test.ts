// That a project gets libcurl-wasm in the place of node-libcurl as docs/node-libcurl.md says: by the files that are in
// the document, for itself and for a dependency.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { httpServer } from '../servers/listening.js'
import { scratch } from '../servers/scratch.js'
import { LIMIT_MS, root, run } from './packed.js'

const folder = scratch()
const tarball = join(root, 'build/pack/libcurl-wasm.tgz')
const text = readFileSync(join(root, 'docs/node-libcurl.md'), 'utf8')
const block = (pattern: RegExp): string =>
  [...text.matchAll(/^```\w+\n([^]*?)^```/gm)].find(([, code]) => pattern.test(code!))![1]!

test(
  'a program and a dependency that use node-libcurl run unchanged',
  async () => {
    const put = (path: string, content: string) => {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
    put('node-libcurl/package.json', block(/"name": "node-libcurl"/))
    put('node-libcurl/index.js', block(/^\/\/ index\.js/))
    put('user/package.json', '{ "name": "user", "version": "1.0.0", "dependencies": { "node-libcurl": "^5.1.0" } }')
    put('user/index.js', `exports.get = (url) => require('node-libcurl').curly.get(url)`)
    const manifest = JSON.parse(block(/"file:\.\/node-libcurl"/)) as { dependencies: Record<string, string> }
    Object.assign(manifest.dependencies, { 'libcurl-wasm': `file:${tarball}`, user: 'file:./user' })
    put('package.json', JSON.stringify(manifest))
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--install-links'], { cwd: folder })

    const server = await httpServer((_request, response) => void response.end('served'))
    try {
      put(
        'program.mjs',
        `import nodeLibcurl, { curly } from 'node-libcurl'
        import user from 'user'
        const { data } = await user.get('${server.url}')
        console.log(String(data), nodeLibcurl.curly === curly, String((await curly.get('${server.url}')).data))`,
      )
      const { stdout, stderr } = await run(process.execPath, ['program.mjs'], { cwd: folder })
      expect([stdout, stderr]).toEqual(['served true served\n', ''])
    } finally {
      await server.close()
    }
  },
  LIMIT_MS,
)
