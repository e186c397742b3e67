// Why a command has failed, in words for somebody who has just met curl and relays, where the page knows more than curl.
import type { Connection, Run } from '../model.js'
import { codeOf } from '../panels/curl-codes.js'

/** What an exit status means, as exactly as it is known here. */
export function meaningOf({ status, connections }: Run): string {
  const failed = connections.findLast(({ ended, received }) => typeof ended === 'string' && received === 0)
  return (failed && whyNot(failed)) ?? codeOf(status!).meaning
}

/** Why the relay has not connected; null where the relay itself is what has failed. */
function whyNot({ host, port, ended, reason }: Connection): string | null {
  const there = `${host}, port ${port}`
  switch (ended) {
    case 'ECONNREFUSED':
      return `The relay has reached ${host}, but nobody listens there on port ${port}.`
    case 'EACCES':
      return `The relay is not allowed to connect to ${there}: a relay refuses private addresses and some ports unless its owner opens them. Another relay may be open.`
    case 'ETIMEDOUT':
      return `The relay has waited for ${there}, and no answer came: it may be off, or behind a firewall.`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `The relay finds no way to ${host}: there is no such name, or nothing leads there.`
    case 'EBUSY':
      return `The relay takes no more connections for now: it limits how many one may have. Try again in a while.`
    default:
      return reason?.startsWith('the relay reports') ? `${reason[0]!.toUpperCase()}${reason.slice(1)}.` : null
  }
}

/** What would help, where that is no matter of the network; null for nothing. */
export function adviceFor({ status, argv }: Run): string | null {
  const globs = argv.some((argument) => /^[^-].*[[\]{}]/s.test(argument))
  const off = argv.some((argument) => argument === '--globoff' || /^-[a-zA-Z]*g/.test(argument))
  if (status !== 3 || !globs || off) return null
  return 'curl takes [1-9] and {a,b} in a URL for several URLs. With -g it leaves brackets and braces as they are.'
}
