// An application with its own event loop, which watches sockets and a timer, and calls socketAction().
import * as c from 'libcurl-wasm'
import { Multi, sockets } from 'libcurl-wasm'

interface Event {
  s: number
  ready: number
}

/** The loop: watches the sockets that libcurl asks for, and calls socketAction() with `bits` or with what is ready. */
export class OwnLoop {
  readonly actions: { s: number; what: number }[] = []
  readonly events: Event[] = []
  readonly timeouts: number[] = []
  running = 0
  #timer: NodeJS.Timeout | undefined
  #done: (() => void) | undefined
  failure: unknown

  constructor(
    readonly multi: Multi,
    readonly act: (s: number, ready: number) => number = (s, ready) => multi.socketAction(s, ready),
  ) {
    multi.setopt('SOCKETFUNCTION', (_easy, s, what) => {
      this.actions.push({ s, what })
      sockets.watch(s, what === c.CURL_POLL_REMOVE ? c.CURL_POLL_NONE : what, (fd, ready) => {
        this.events.push({ s: fd, ready })
        this.step(() => this.act(fd, ready))
      })
      return 0
    })
    multi.setopt('TIMERFUNCTION', (_multi, ms) => {
      this.timeouts.push(ms)
      clearTimeout(this.#timer)
      if (ms >= 0) this.#timer = setTimeout(() => this.step(() => multi.socketAction(c.CURL_SOCKET_TIMEOUT, 0)), ms)
      return 0
    })
  }

  step(action: () => number): void {
    try {
      this.running = action()
    } catch (error) {
      this.failure = error
      this.running = 0
    }
    if (this.running === 0) this.#done?.()
  }

  /** Resolves when no transfer runs any more. */
  async idle(): Promise<void> {
    await new Promise<void>((resolve) => (this.#done = resolve))
    clearTimeout(this.#timer)
  }
}
