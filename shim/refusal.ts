// What Deno does not permit. Its node: modules throw an error of its own then, which no system call would know.

/** The same calls, whose refusal is an error with a code of errno's names, as that of a file system or a transport is. */
export function refusable<T extends object>(calls: T): T {
  const wrapped = Object.entries(calls).map(([name, call]) => [
    name,
    (...args: unknown[]) => {
      try {
        return (call as (...args: unknown[]) => unknown)(...args)
      } catch (error) {
        throw (error as Error).name === 'NotCapable' ? Object.assign(error as Error, { code: 'EACCES' }) : error
      }
    },
  ])
  return Object.fromEntries(wrapped) as T
}
