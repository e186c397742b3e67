// Time (twin: wasm/src/clock.c), and "as soon as possible, but not now".

/** Milliseconds: since the epoch, or on a clock that never goes back. */
export function clockNow(monotonic: number): number {
  return monotonic ? performance.now() : Date.now()
}

/** Sleeps. For the few calls of C that block, on threads that may. */
export function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
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
