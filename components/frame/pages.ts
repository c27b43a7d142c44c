import type { IconName } from '../ui/icon'

export type PageName = 'Map' | 'Flows' | 'Policies' | 'Findings' | 'Review' | 'Status'

/** The pages there are, in the order of the navigation. */
export const PAGES: readonly { readonly name: PageName; readonly path: string; readonly icon: IconName; readonly about: string }[] = [
  { name: 'Map', path: '/map', icon: 'map', about: 'What talks to what' },
  { name: 'Flows', path: '/flows', icon: 'table', about: 'Every flow, newest first' },
  { name: 'Policies', path: '/policies', icon: 'shield', about: 'What each policy allows and denies, and who is not isolated' },
  { name: 'Findings', path: '/findings', icon: 'warning', about: 'What is broken, or looks like a mistake' },
  { name: 'Review', path: '/review', icon: 'compare', about: 'What a change would open, close and break' },
  { name: 'Status', path: '/settings', icon: 'status', about: 'Cluster, sources, losses and limits' },
]
