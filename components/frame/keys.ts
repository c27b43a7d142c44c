/** Keys of every page, as the help lists them. */
export const KEYS: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ['Ctrl K', '⌘ K'], does: 'Search: go to a namespace, workload, service, policy, page or action' },
  { keys: ['/'], does: 'Write a filter' },
  { keys: ['?'], does: 'Show these keys' },
  { keys: ['Esc'], does: 'Close what is open, else clear the selection, else go one level up' },
  { keys: ['Space'], does: 'Pause and resume, while nothing else has the focus' },
  { keys: ['Tab', 'Shift Tab'], does: 'Next and previous control' },
  { keys: ['Enter'], does: 'Open or select what has the focus' },
  { keys: ['Menu', 'Shift F10'], does: 'Menu of what has the focus' },
]

const STORAGE = 'sluice-letter-keys'

/** Whether `/`, `?` and Space act as shortcuts. People who dictate, or who press keys by accident, can turn them off. */
export function letterKeysOn(): boolean {
  return window.localStorage.getItem(STORAGE) !== 'off'
}

export function setLetterKeys(on: boolean): void {
  if (on) window.localStorage.removeItem(STORAGE)
  else window.localStorage.setItem(STORAGE, 'off')
}
