import type { ObservedEndpoint } from './flow'

/** Ends remembered; a cluster of 5,000 pods has about twice as many with its neighbours outside. */
const MAX_ENDS = 50_000
/** Objects remembered for one end: as many as there are sources that keep their ends. */
const MAX_TWINS = 4
/** Ends remembered under one name. */
const MAX_ALIKE = 32

type Known = { readonly end: ObservedEndpoint; readonly number: number; twins: number }

/**
 * Small numbers for ends. Ends that are named alike have one number. A source that hands over one object for equal ends is
 * served by identity, which costs a fraction of comparing them. When there are too many all are forgotten at once.
 */
export class EndNumbers {
  readonly #byIdentity = new Map<ObservedEndpoint, number>()
  readonly #byName = new Map<string, Known[]>()
  #next = 0
  /** Grows when all numbers were forgotten: those of different epochs are not comparable. */
  epoch = 0

  numberOf(end: ObservedEndpoint): number {
    return this.#byIdentity.get(end) ?? this.#numberByName(end)
  }

  #numberByName(end: ObservedEndpoint): number {
    const name = mainName(end)
    const alike = this.#byName.get(name)
    const known = alike?.find((each) => isSameEnd(each.end, end))
    if (known !== undefined) {
      if (known.twins < MAX_TWINS) {
        known.twins++
        this.#byIdentity.set(end, known.number)
      }
      return known.number
    }
    if (this.#next >= MAX_ENDS) this.#forget()
    const number = this.#next++
    const fresh = { end, number, twins: 1 }
    this.#byIdentity.set(end, number)
    const list = this.#byName.get(name)
    if (list === undefined) this.#byName.set(name, [fresh])
    else if (list.length < MAX_ALIKE) list.push(fresh)
    return number
  }

  #forget(): void {
    this.#byIdentity.clear()
    this.#byName.clear()
    this.#next = 0
    this.epoch++
  }
}

/** True when all that names an end is the same. Labels name nothing. */
function isSameEnd(a: ObservedEndpoint, b: ObservedEndpoint): boolean {
  return (
    a.pod === b.pod &&
    a.ip === b.ip &&
    a.namespace === b.namespace &&
    a.entity === b.entity &&
    a.names[0] === b.names[0] &&
    a.workload?.name === b.workload?.name &&
    a.workload?.kind === b.workload?.kind &&
    a.service?.name === b.service?.name &&
    a.service?.namespace === b.service?.namespace &&
    a.addressed?.ip === b.addressed?.ip &&
    a.addressed?.port === b.addressed?.port &&
    isSameChoice(a.serviceCandidates, b.serviceCandidates)
  )
}

function isSameChoice(a: ObservedEndpoint['serviceCandidates'], b: ObservedEndpoint['serviceCandidates']): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined || a.length !== b.length) return false
  return a.every(({ namespace, name }, index) => namespace === b[index]?.namespace && name === b[index]?.name)
}

/** The name that tells most ends apart. */
function mainName({ pod, ip, workload, service, serviceCandidates, names }: ObservedEndpoint): string {
  return pod ?? ip ?? workload?.name ?? service?.name ?? serviceCandidates?.[0]?.name ?? names[0] ?? ''
}
