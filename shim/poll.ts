// poll(2). libcurl nearly always asks without waiting, and the descriptor table answers. In a few places of old
// protocols it blocks. Then the event loop does not run, and poll() itself has to look for changes.
import { POLLERR, POLLHUP, POLLIN, POLLNVAL, POLLOUT, POLLRDNORM, POLLWRNORM, SystemError, pollfd } from './abi.js'
import { sleep } from './clock.js'
import { FAILED, READABLE, WRITABLE, type Descriptors } from './descriptors.js'
import type { Memory } from './memory.js'

/** How often a blocking poll() looks. */
const LOOK_INTERVAL_MS = 1

export interface Polled {
  memory(): Memory
  descriptors: Descriptors
}

/** Returns how many of `count` pollfds at `fds` are ready, after `timeout` milliseconds at the latest (-1: never). */
export function poll(polled: Polled, fds: number, count: number, timeout: number): number {
  const ready = pollOnce(polled, fds, count)
  return ready > 0 || timeout === 0 ? ready : pollBlocking(polled, fds, count, timeout)
}

function pollBlocking(polled: Polled, fds: number, count: number, timeout: number): number {
  const deadline = timeout < 0 ? Infinity : performance.now() + timeout
  if (count === 0) {
    sleep(timeout < 0 ? Infinity : timeout)
    return 0
  }
  for (;;) {
    lookAtAll(polled, fds, count)
    const ready = pollOnce(polled, fds, count)
    if (ready > 0 || performance.now() >= deadline) return ready
    sleep(LOOK_INTERVAL_MS)
  }
}

/** poll(2) without waiting: what the descriptor table says now. */
export function pollOnce({ memory, descriptors }: Polled, fds: number, count: number): number {
  const { view } = memory()
  let ready = 0
  for (let at = fds; at < fds + count * pollfd.size; at += pollfd.size) {
    const fd = view.getInt32(at + pollfd.fd, true)
    const wanted = view.getInt16(at + pollfd.events, true)
    const found = fd < 0 ? 0 : pollEvents(descriptors, fd) & (wanted | POLLERR | POLLHUP | POLLNVAL)
    view.setInt16(at + pollfd.revents, found, true)
    if (found) ready++
  }
  return ready
}

/**
 * Brings all descriptors that are polled for reading up to date. While C blocks, the event loop does not run and
 * nothing changes by itself. If none of the descriptors can look, poll() would never return, so it throws EDEADLK, and
 * libcurl reports that.
 */
function lookAtAll({ memory, descriptors }: Polled, fds: number, count: number): void {
  let looked = false
  for (let at = fds; at < fds + count * pollfd.size; at += pollfd.size) {
    const fd = memory().view.getInt32(at + pollfd.fd, true)
    const readable = memory().view.getInt16(at + pollfd.events, true) & (POLLIN | POLLRDNORM)
    const descriptor = fd >= 0 && readable ? descriptors.get(fd) : null
    if (!descriptor?.look) continue
    descriptor.look()
    looked = true
  }
  if (!looked) throw new SystemError('EDEADLK')
}

/** What the reactor has to watch for the `events` of a pollfd. */
export function interestOf(events: number): number {
  return (events & POLLIN ? READABLE : 0) | (events & POLLOUT ? WRITABLE : 0)
}

function pollEvents(descriptors: Descriptors, fd: number): number {
  if (!descriptors.has(fd)) return POLLNVAL
  const ready = descriptors.get(fd).readiness()
  return (
    (ready & READABLE ? POLLIN | POLLRDNORM : 0) |
    (ready & WRITABLE ? POLLOUT | POLLWRNORM : 0) |
    (ready & FAILED ? POLLERR | POLLHUP : 0)
  )
}
