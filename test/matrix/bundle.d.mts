/** Makes build/matrix. */
export function bundle(): Promise<void>
