import type { DoorStanding } from '@/lib/model/door'

/** Who says that a way is open: a controller, nobody but us, or nobody needs to. */
export function standingWords(standing: DoorStanding): string {
  switch (standing.by) {
    case 'status':
      return `${standing.isOpen ? 'open' : 'closed'}, says its controller: ${standing.text}`
    case 'prediction':
      return 'predicted: no controller has confirmed it'
    case 'object':
      return 'open as soon as the object is there'
  }
}
