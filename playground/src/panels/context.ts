// What a panel gets from the page, and how it follows the store: it is only redrawn while it is visible. A hidden panel
// does nothing, and catches up when it is shown.
import type { Store, Topic } from '../model.js'
import type { Question } from '../worker/protocol.js'

export interface PanelConfig {
  /** The relay that the page starts with: a ws: or wss: URL. */
  relay: string
  /** The sample origin, if there is one. */
  origin: { http: string; https: string; ws: string; wss: string; ftp: string } | null
  /** The root certificate of the sample origin, in PEM. */
  ca?: string | null
}

export interface PanelContext {
  store: Store
  ask(question: Question): Promise<unknown>
  /** Runs a command line. */
  run(text: string): void
  /** Puts text into the command line, at the cursor. */
  insert(text: string): void
  /** Creates a Worker of a script of this page. With trusted types, only the page's own code may do that. */
  createWorker?(url: string): Worker
  /** Lists the requests of an HTTP archive, and puts the one that is chosen into the command line. */
  openArchive(name: string, archive: Blob): void
  /** Saves a file on the user's disk. */
  download(name: string, blob: Blob): void
  config: PanelConfig
}

/** The share of the time that drawing one panel may take, however fast events come. */
const SHARE = 0.25

/**
 * Calls `render` when one of the topics has changed while the element is visible, and when it becomes visible after it
 * has missed a change. A slow `render` is called less often.
 */
export function live(store: Store, element: HTMLElement, topics: readonly Topic[], render: () => void): void {
  let missed = true
  let visible = false
  let timer: ReturnType<typeof setTimeout> | null = null
  let notBefore = 0

  const attempt = (): void => {
    if (!visible || !missed || timer !== null) return
    const wait = notBefore - performance.now()
    if (wait > 0) {
      timer = setTimeout(() => {
        timer = null
        attempt()
      }, wait)
      return
    }
    missed = false
    const start = performance.now()
    try {
      render()
    } finally {
      const end = performance.now()
      notBefore = end - start < 4 ? 0 : end + (end - start) / SHARE
    }
  }
  new IntersectionObserver((entries) => {
    visible = entries.at(-1)!.isIntersecting
    attempt()
  }).observe(element)
  store.on(topics, () => {
    missed = true
    attempt()
  })
}
