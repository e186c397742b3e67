import type * as curl from 'libcurl-wasm'
import type * as tool from 'libcurl-wasm/tool'
import type { At } from './servers.js'

interface World {
  curl: typeof curl
  tool: typeof tool
  at: At
}
export const behaviours: Record<string, (world: World) => Promise<void>>
export function tell(curl: unknown, tool: unknown, at: At, names?: string[]): Promise<Record<string, string | null>>
