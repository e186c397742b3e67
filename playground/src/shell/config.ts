// Loads what the server offers: its relay and its sample origin. A static host has no such file, and offers neither.

export interface Config {
  /** A ws: or wss: URL, or '' for none. */
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
    return NONE // no such file, or the host sends a page instead
  }
}

/** The WebSocket URL of a relay. `text` may be relative to the page. @throws TypeError if it is no such URL. */
export function socketUrl(text: string): string {
  const url = new URL(text, location.href)
  url.protocol = url.protocol.replace(/^http/, 'ws')
  if (!/^wss?:$/.test(url.protocol)) throw new TypeError('the URL of a relay must begin with ws: or wss:')
  url.hash = ''
  return url.href
}
