// Creates the Workers. If the page requires trusted types, only scripts in the folder of this one are trusted.

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

let policy: { createScriptURL(url: string): string } | null = null

const FOLDER = new URL(/* @vite-ignore */ '.', import.meta.url).href

export function createWorker(url: string, name: string): Worker {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  policy ??=
    trustedTypes?.createPolicy('playground', {
      createScriptURL(wanted) {
        if (new URL('.', new URL(wanted, location.href)).href !== FOLDER)
          throw new TypeError(`${wanted} is not a script of this page`)
        return wanted
      },
    }) ?? null
  return new Worker(policy ? policy.createScriptURL(url) : url, { type: 'module', name })
}
