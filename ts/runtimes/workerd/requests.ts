// What belongs to a request: workerd ends sockets and timers with it, but does not say when. What was not closed until
// then has memory of the module, which is freed by a call in a later request.

/** The longest delay that setTimeout() takes, in milliseconds. */
const LONGEST_MS = 2 ** 31 - 1

interface Belonging {
  /** An object that only a timer of the request refers to, so it is collected some time after the request has ended. */
  request: WeakRef<object>
  close: () => void
}

const belongings = new Set<Belonging>()

/** Closes what belongs to requests that are over. Its connections are gone, so libcurl sends nothing more. */
function closeForgotten(): void {
  for (const forgotten of belongings) {
    if (forgotten.request.deref()) continue
    belongings.delete(forgotten)
    forgotten.close()
  }
}

/** Returns a function that calls `close`. It is called after the end of this request, if it has not been until then. */
export function belonging(close: () => void): () => void {
  queueMicrotask(closeForgotten) // later, because libcurl cannot be entered from inside one of its callbacks
  const request = {}
  const timer = setTimeout(() => {}, LONGEST_MS, request)
  const own = { request: new WeakRef(request), close }
  belongings.add(own)
  return () => {
    clearTimeout(timer)
    if (belongings.delete(own)) close()
  }
}
