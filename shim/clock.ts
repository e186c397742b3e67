// Time (C side: wasm/src/shim/clock.c), and "as soon as possible, but not now".
import { SystemError } from './abi.js'

/** Milliseconds: since the epoch, or, if `monotonic` is not 0, on a clock that never goes back. */
export function clockNow(monotonic: number): number {
  return monotonic ? performance.now() : Date.now()
}

/** Blocks the thread, for the few calls of C that do. Throws SystemError (EDEADLK) where it must not, as in a page. */
export function sleep(ms: number): void {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  } catch {
    throw new SystemError('EDEADLK')
  }
}

declare const setImmediate: ((callback: () => void) => unknown) | undefined

/**
 * Makes a function that runs its argument in a task of its own, after the events that are already queued. It uses no
 * timer, because browsers clamp timers to 4 ms, and to a second in a hidden tab.
 */
function makeSoon(): (callback: () => void) => void {
  if (typeof setImmediate === 'function') {
    const immediate = setImmediate
    return (callback) => void immediate(callback)
  }
  const channel = new MessageChannel()
  const waiting: (() => void)[] = []
  channel.port1.onmessage = () => waiting.shift()?.()
  return (callback) => {
    waiting.push(callback)
    channel.port2.postMessage(null)
  }
}

export const soon = makeSoon()

/** One of this many calls goes through a task, so that the host's events get their turn. */
const MICROTASKS = 16

/**
 * Makes a function that runs its argument in a microtask, once the code that runs now has returned. No event of the
 * host comes in between, which saves the time to schedule a task. Every sixteenth call goes through soon(), so that a
 * caller that calls it again and again does not keep the host from its events.
 */
export function makeNext(): (callback: () => void) => void {
  let turns = 0
  return (callback) => {
    turns = (turns + 1) % MICROTASKS
    if (turns > 0) queueMicrotask(callback)
    else soon(callback)
  }
}
