// The reactor: knows which listener waits for what on which socket, and calls it.
//
// A watch is an interest (CURL_POLL_*) and a listener. Code that changes a socket's state calls notify(). Sockets whose
// state meets their interest wait in a queue, which is drained in a microtask: after the code that runs now has
// returned, so never inside a call of libcurl, and before the host's next event, so while the bytes are still in the
// processor's cache (a task of its own made a download take a quarter longer). Readiness is a level: after its listener
// has run, a socket that is still ready and still wanted is queued again. A drain that has used up its budget goes on
// in a task.
//
// A level that a listener leaves as it is would be delivered for ever, and would take a whole CPU. So a socket is
// parked once it has been delivered MAX_IDLE_DELIVERIES times without a byte moved. It is delivered again after its
// state has changed, a byte has moved, or its watch has changed from outside of its own listener.
//
// It knows no libcurl: a Multi watches with its own socket_action as the listener, an application with its own
// function.
import { FAILED } from './descriptors.js'
import { soon } from './clock.js'

/** `ready` is READABLE | WRITABLE | FAILED, which are libcurl's CURL_CSELECT_IN | OUT | ERR. */
export type Listener = (ready: number) => void

/** A descriptor that can be watched. It holds its own watch, which so cannot outlive it or reach another descriptor. */
export abstract class Watchable {
  interest = 0
  listener: Listener | null = null
  queued = false
  /** How often it was delivered since something last moved. */
  idleDeliveries = 0

  abstract readiness(): number
  /** Called when its watch starts or ends: a watched descriptor keeps the process alive. */
  abstract attend(waited: boolean): void
}

const BUDGET_MS = 8
/** Far more than a listener needs that looks at something else first, and far less than a CPU does in a second. */
const MAX_IDLE_DELIVERIES = 256
/** The clock is read once in this many events, because reading it costs more than most events. */
const EVENTS_PER_LOOK = 16

export class Reactor {
  readonly #queue: Watchable[] = []
  #scheduled = false
  /** How many sockets listen for connections. */
  #listening = 0
  /** How often hold() was called without a release(). */
  #holds = 0
  /** The descriptor whose listener runs now. */
  #delivering: Watchable | null = null
  /** Called at any change: see look(). */
  readonly #onlookers = new Set<() => void>()

  /** Starts or changes a watch. `interest` is READABLE | WRITABLE. Failure is always reported. */
  watch(what: Watchable, interest: number, listener: Listener): void {
    if (what.listener === null) what.attend(true)
    what.interest = interest
    what.listener = listener
    // a listener that only changes its interest, to and fro, must not keep itself going
    if (what !== this.#delivering) what.idleDeliveries = 0
    this.#enqueue(what)
  }

  /** Ends a watch. Nothing is delivered for it afterwards, not even what is queued. */
  unwatch(what: Watchable): void {
    if (what.listener === null) return
    what.interest = 0
    what.listener = null
    what.attend(false)
  }

  /** Must be called after the state of `what` has changed. */
  notify(what: Watchable): void {
    if (this.#onlookers.size > 0) for (const onlooker of this.#onlookers) onlooker()
    what.idleDeliveries = 0
    this.#enqueue(what)
  }

  /** Must be called after bytes of `what` have been read or written: its listener makes progress, and is not parked. */
  moved(what: Watchable): void {
    const parked = what.idleDeliveries >= MAX_IDLE_DELIVERIES
    what.idleDeliveries = 0
    if (parked) this.#enqueue(what)
  }

  #enqueue(what: Watchable): void {
    if (what.queued || what.listener === null || what.idleDeliveries >= MAX_IDLE_DELIVERIES) return
    if ((what.readiness() & (what.interest | FAILED)) === 0) return
    what.queued = true
    this.#queue.push(what)
    this.#schedule()
  }

  /**
   * A socket listens for connections. Until the function that this returns is called, listeners are called in a task,
   * after all events that the host has: a connection that came before other bytes must be seen before them, as the
   * kernel's queue of connections shows it, and hosts do not keep that order. libcurl relies on it in active FTP.
   */
  listens(): () => void {
    this.#listening++
    return () => void this.#listening--
  }

  /** Delivers nothing until release(), because listeners could not use it yet. Each hold() needs its release(). */
  hold(): void {
    this.#holds++
  }

  release(): void {
    if (--this.#holds === 0 && this.#queue.length > 0) this.#schedule()
  }

  /**
   * Calls `onlooker` whenever any state has changed, watched or not, held or not. Returns a function that ends that.
   */
  look(onlooker: () => void): () => void {
    this.#onlookers.add(onlooker)
    return () => void this.#onlookers.delete(onlooker)
  }

  /**
   * Delivers what waits now, although it is held: for a caller that blocks, so that no microtask runs. Returns whether
   * there was anything.
   */
  deliver(): boolean {
    const queue = this.#queue
    const waiting = queue.length
    let next = 0
    try {
      while (next < waiting) this.#deliver(queue[next++]!)
    } finally {
      queue.splice(0, next) // also when a listener threw: the others still wait
    }
    return waiting > 0
  }

  #schedule(): void {
    if (this.#scheduled || this.#holds > 0) return
    this.#scheduled = true
    if (this.#listening > 0) soon(this.#drain)
    else queueMicrotask(this.#drain)
  }

  #deliver(what: Watchable): void {
    what.queued = false
    const { listener } = what
    if (listener === null) return
    const ready = what.readiness() & (what.interest | FAILED)
    if (ready === 0) return
    what.idleDeliveries++
    this.#delivering = what
    try {
      listener(ready)
    } finally {
      this.#delivering = null
      this.#enqueue(what) // also when it threw: it is still ready
    }
  }

  #drain = (): void => {
    const queue = this.#queue
    const deadline = performance.now() + BUDGET_MS
    let next = 0
    try {
      while (next < queue.length && this.#holds === 0) {
        this.#deliver(queue[next++]!)
        if (next % EVENTS_PER_LOOK === 0 && performance.now() >= deadline) break
      }
    } finally {
      // also when a listener threw: the others still wait
      queue.splice(0, next)
      this.#scheduled = queue.length > 0 && this.#holds === 0
      if (this.#scheduled) soon(this.#drain)
    }
  }
}
