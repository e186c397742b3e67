// The short writes that are made in one turn of the event loop, to all sockets. A write to a peer that sleeps wakes it,
// which takes the kernel several times as long as the write itself. So the first one goes out at once, and the others in
// groups: each group wakes its peer once, and what answers quickly need not wait for the whole turn.
import { soon } from '../../clock.js'

/** How many wait for each other. With fifty requests at a time, 4 and 16 were slower. */
const GROUP = 8

const waiting: (() => void)[] = []
let begun = false

/** Whether nobody has asked before in this turn. */
export function isFirst(): boolean {
  if (begun) return false
  begun = true
  soon(() => {
    begun = false
    flush()
  })
  return true
}

/** Calls `write` by the end of this turn, in which isFirst() was asked. */
export function later(write: () => void): void {
  if (waiting.length >= GROUP) flush()
  waiting.push(write)
}

/** Calls those that wait. */
export function flush(): void {
  for (const write of waiting.splice(0)) write()
}
