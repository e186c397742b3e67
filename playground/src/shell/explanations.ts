// Explains why a command has failed, for users who are new to curl and relays, where the page knows more than curl.
import type { Connection, Run } from '../model.js'
import { codeOf } from '../panels/curl-codes.js'

/** What the exit status of a run means, as exactly as the page knows it. */
export function meaningOf({ status, connections }: Run): string {
  const failed = connections.findLast(({ ended, received }) => typeof ended === 'string' && received === 0)
  return (failed && whyNot(failed)) ?? codeOf(status!).meaning
}

/** Why the relay could not connect. Null if the relay itself has failed. */
function whyNot({ host, port, ended, reason }: Connection): string | null {
  const there = `${host}, port ${port}`
  switch (ended) {
    case 'ECONNREFUSED':
      return `The relay reached ${host}, but no server listens on port ${port} there.`
    case 'EACCES':
      return `The relay is not allowed to connect to ${there}: a relay refuses private addresses and some ports unless its operator allows them. Another relay may allow it.`
    case 'ETIMEDOUT':
      return `The relay waited for ${there}, but no answer came: the server may be off, or behind a firewall.`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `The relay cannot reach ${host}: there is no such name, or no route to it.`
    case 'EBUSY':
      return `The relay accepts no more connections now, because it limits how many a client may have. Try again later.`
    default:
      return reason?.startsWith('the relay reports') ? `${reason[0]!.toUpperCase()}${reason.slice(1)}.` : null
  }
}

/** Advice for an error that has nothing to do with the network. Null if there is none. */
export function adviceFor({ status, argv }: Run): string | null {
  const globs = argv.some((argument) => /^[^-].*[[\]{}]/s.test(argument))
  const off = argv.some((argument) => argument === '--globoff' || /^-[a-zA-Z]*g/.test(argument))
  if (status !== 3 || !globs || off) return null
  return 'curl reads [1-9] and {a,b} in a URL as a pattern for several URLs. Use -g to keep brackets and braces as they are.'
}
