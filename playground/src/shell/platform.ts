// What differs by keyboard. With Option a Mac types characters, so that it takes two keys where others have Alt.

export const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform)
/** What the page's own keys are pressed with, in words. */
export const MODIFIER = IS_MAC ? 'Ctrl Option' : 'Alt'

export function hasModifier({ altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  return altKey && ctrlKey === IS_MAC && !metaKey && !shiftKey
}
