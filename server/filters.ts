import type { Flow } from '@/lib/flows/flow'
import type { EdgeFilter } from '@/lib/graph/view'

export function edgeFilter(_text: string): EdgeFilter | null {
  return null
}

export function flowFilter(_text: string): ((flow: Flow) => boolean) | null {
  return null
}
