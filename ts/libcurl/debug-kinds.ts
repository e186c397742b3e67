// The kinds of what libcurl passes to DEBUGFUNCTION, by name. @see CURLOPT_DEBUGFUNCTION(3)

export type DebugKind = 'text' | 'header-in' | 'header-out' | 'data-in' | 'data-out' | 'tls-data-in' | 'tls-data-out'

/** Indexed by CURLINFO_TEXT and so on. */
export const DEBUG_KINDS: readonly DebugKind[] = [
  'text',
  'header-in',
  'header-out',
  'data-in',
  'data-out',
  'tls-data-in',
  'tls-data-out',
]
