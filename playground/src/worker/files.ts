// The files of the page, which stay from run to run. The user's files are in /home, which has a .curlrc from the start
// that makes curl keep cookies. The certificates are in another folder, where curl finds them and users do not see
// them.
import { MemoryFileSystem } from '../../../dist/ts/runtimes/browser/tool.js'
import type { FileEntry } from '../model.js'
import { HOME } from './home.js'

export { HOME }
const BUNDLE = '/etc/ssl/cert.pem'
const COOKIES = `${HOME}/cookies.txt`
const CURLRC = `# every curl here reads this file first, unless its first argument is -q
cookie = "${COOKIES}"
cookie-jar = "${COOKIES}"
`

export const files = new MemoryFileSystem({ [`${HOME}/.curlrc`]: CURLRC, [COOKIES]: '' }, { cwd: HOME })

/** The environment of a run. The command line may add variables. */
export const environment: Record<string, string> = { HOME, USER: 'user', TERM: 'xterm-256color' }

/** Makes curl trust `ca` in addition to the certificates of the package. */
export async function trust(ca: string): Promise<void> {
  const { default: certificates } = await import('../../../dist/cacert.inline.js')
  files.writeFile(BUNDLE, `${ca.trim()}\n${certificates}`)
  environment['CURL_CA_BUNDLE'] = BUNDLE
}

export function absolute(path: string): string {
  return path.startsWith('/') ? path : `${HOME}/${path}`
}

/** The files that the page shows. */
export function list(): FileEntry[] {
  return Array.from(files.files(), ([path, size, modifiedAt]) => ({ path, size, modifiedAt }))
    .filter(({ path }) => path !== BUNDLE)
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}
