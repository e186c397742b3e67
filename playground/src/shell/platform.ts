// The modifier of the page's keys. It is Alt, but on a Mac Option types characters, so there it is Ctrl and Option.

export const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform)
/** The modifier as it is shown. */
export const MODIFIER = IS_MAC ? 'Ctrl Option' : 'Alt'

export function hasModifier({ altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  return altKey && ctrlKey === IS_MAC && !metaKey && !shiftKey
}
