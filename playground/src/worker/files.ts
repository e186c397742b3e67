// The files of the page, which outlive a run. /home has what the user puts there, and from the start a .curlrc that keeps
// cookies; the certificates are beside it, where curl finds them and the user is not bothered with them.
import { MemoryFileSystem } from '../../../dist/ts/runtimes/browser/tool.js'
import type { FileEntry } from '../model.js'
import { HOME } from './home.js'

export { HOME }
const BUNDLE = '/etc/ssl/cert.pem'
const COOKIES = `${HOME}/cookies.txt`
const CURLRC = `# what every curl here starts with; -q as the first argument leaves it out
cookie = "${COOKIES}"
cookie-jar = "${COOKIES}"
`

export const files = new MemoryFileSystem({ [`${HOME}/.curlrc`]: CURLRC, [COOKIES]: '' }, { cwd: HOME })

/** The environment of a run, but for what the line itself adds. */
export const environment: Record<string, string> = { HOME, USER: 'user', TERM: 'xterm-256color' }

/** Makes curl trust `ca` besides the certificates of the package. */
export async function trust(ca: string): Promise<void> {
  const { default: certificates } = await import('../../../dist/cacert.inline.js')
  files.writeFile(BUNDLE, `${ca.trim()}\n${certificates}`)
  environment['CURL_CA_BUNDLE'] = BUNDLE
}

export function absolute(path: string): string {
  return path.startsWith('/') ? path : `${HOME}/${path}`
}

/** What the page is told of. */
export function list(): FileEntry[] {
  return Array.from(files.files(), ([path, size, modifiedAt]) => ({ path, size, modifiedAt }))
    .filter(({ path }) => path !== BUNDLE)
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}
