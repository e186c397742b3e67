// Makes the Worker. Where the page insists on trusted types, its script is the one URL that is trusted.

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

let policy: { createScriptURL(url: string): string } | null = null

export function createWorker(url: string): Worker {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  policy ??=
    trustedTypes?.createPolicy('playground', {
      createScriptURL(wanted) {
        if (wanted !== url) throw new TypeError(`${wanted} is no script of this page`)
        return wanted
      },
    }) ?? null
  return new Worker(policy ? policy.createScriptURL(url) : url, { type: 'module', name: 'curl' })
}
