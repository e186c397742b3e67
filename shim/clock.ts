// Time (twin: wasm/src/shim/clock.c), and "as soon as possible, but not now".
import { SystemError } from './abi.js'

/** Milliseconds: since the epoch, or on a clock that never goes back. */
export function clockNow(monotonic: number): number {
  return monotonic ? performance.now() : Date.now()
}

/** Sleeps. For the few calls of C that block. Throws SystemError (EDEADLK) on a thread that may not, such as a page's. */
export function sleep(ms: number): void {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  } catch {
    throw new SystemError('EDEADLK')
  }
}

declare const setImmediate: ((callback: () => void) => unknown) | undefined

/**
 * Makes a function that runs its argument in a task of its own, after the events that wait already. Never a timer:
 * browsers clamp those to 4 ms, and to a second in a hidden tab.
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

/** Turns of the microtask queue that may follow one another before the host's events get theirs. */
const MICROTASKS = 16

/**
 * Makes a function that runs its argument once what runs now has returned, in a microtask: no event of the host comes in
 * between, which saves the time that a task takes to be scheduled. Every sixteenth goes through soon(), so that who asks
 * again and again does not keep the host from its events.
 */
export function makeNext(): (callback: () => void) => void {
  let turns = 0
  return (callback) => {
    turns = (turns + 1) % MICROTASKS
    if (turns > 0) queueMicrotask(callback)
    else soon(callback)
  }
}
