// What the server says about itself: its relay and its sample origin. A static host says nothing, and then there are none.

export interface Config {
  /** A ws: or wss: URL; '' where there is none. */
  relay: string
  origin: { http: string; https: string; ws: string; wss: string; ftp: string } | null
  ca: string | null
  version: string
}

const NONE: Config = { relay: '', origin: null, ca: null, version: '' }

export async function loadConfig(): Promise<Config> {
  try {
    const response = await fetch('./config.json')
    if (!response.ok) return NONE
    const said = (await response.json()) as Partial<Config>
    return { ...NONE, ...said, relay: said.relay ? socketUrl(said.relay) : '' }
  } catch {
    return NONE // no such file, or a page that a host shows instead
  }
}

/** A URL for WebSocket of what may be relative to the page. Throws TypeError for what is none. */
export function socketUrl(text: string): string {
  const url = new URL(text, location.href)
  url.protocol = url.protocol.replace(/^http/, 'ws')
  if (!/^wss?:$/.test(url.protocol)) throw new TypeError('a relay has a ws: or wss: URL')
  url.hash = ''
  return url.href
}
