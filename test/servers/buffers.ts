// How much data may be in buffers between a sender that is held back and a receiver that does not read.
import { readFileSync } from 'node:fs'

const MB = 1024 * 1024
/** Our buffers and Node's. */
const OWN = 8 * MB

/** The largest size of a TCP buffer in the kernel, in bytes. @see tcp(7) */
function largest(buffer: 'tcp_rmem' | 'tcp_wmem'): number {
  try {
    return Number(readFileSync(`/proc/sys/net/ipv4/${buffer}`, 'utf8').trim().split(/\s+/)[2])
  } catch {
    return 12 * MB // not Linux
  }
}

/** In bytes. */
export const BETWEEN = largest('tcp_rmem') + largest('tcp_wmem') + OWN
