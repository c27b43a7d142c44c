import type { AddressSet } from './address-set'
import type { Evaluation } from './evaluation'
import type { PodClasses } from './pod-classes'
import type { ListedPolicy } from './read-policies'

/** The compiled policies and the classes of pods that they tell apart, for those who judge the policies themselves. */
export type PolicyFacts = {
  /** Every policy with what counts of it, in the order of the documents; staged ones and ones that nobody enforces too. */
  readonly listed: readonly ListedPolicy[]
  readonly classes: PodClasses
  readonly evaluation: Evaluation
  /** The address sets that rules name. */
  readonly addresses: readonly AddressSet[]
}
