import type { PolicyRef } from '../../model/names'
import type { MeshReason } from '../mesh-answer'
import type { UnknownReason } from '../types'

/** An object of which nobody can say what it does: it is not understood, or it stands for those that could not be read. */
type Doubtful = { readonly isRead: boolean; readonly ref: PolicyRef }

export function doubtOf({ isRead }: Pick<Doubtful, 'isRead'>): UnknownReason {
  return isRead ? 'unsupported-policy' : 'policies-not-read'
}

export function doubtReason({ isRead, ref }: Doubtful): MeshReason {
  const kind = ref.slice(0, ref.indexOf(':'))
  const what = isRead ? 'It cannot be understood: it' : `Not every ${kind} could be read: one of them`
  return { policy: isRead ? ref : null, rule: null, effect: 'isolates', detail: null, message: `${what} may allow or deny anything.` }
}

/** Makes an object stand for all of its kind that could not be read. */
export function standIn<Read extends object>(read: Read): Read & { readonly isUnderstood: false; readonly isRead: false } {
  return { ...read, isUnderstood: false, isRead: false }
}
