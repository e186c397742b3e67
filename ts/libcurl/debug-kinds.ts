// The kinds of what libcurl passes to DEBUGFUNCTION, by name. @see CURLOPT_DEBUGFUNCTION(3)

/** Indexed by CURLINFO_TEXT and so on. */
export const DEBUG_KINDS = [
  'text',
  'header-in',
  'header-out',
  'data-in',
  'data-out',
  'tls-data-in',
  'tls-data-out',
] as const

export type DebugKind = (typeof DEBUG_KINDS)[number]
