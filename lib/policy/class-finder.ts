import type { Labels } from '../model/labels'
import { isEmptySelector, matchesSelector } from '../model/selector'
import type { Condition, EndTerm } from './end-term'
import type { PodClass } from './pod-classes'

type PodsTerm = Extract<EndTerm, { kind: 'pods' }>

/** Asking this many classes takes no longer than narrowing them down further. */
const FEW = 8

/**
 * Narrows down which classes a condition can hold for, by namespace and label values, so that not every term is asked
 * of every class.
 */
export class ClassFinder {
  private readonly byNamespace = new Map<string, PodClass[]>()
  /** Classes with the same namespace labels; far fewer groups than classes. */
  private readonly byNamespaceLabels = new Map<Labels, PodClass[]>()
  /** By label key, then value; a key is indexed when the first selector names it. */
  private readonly byLabel = new Map<string, ReadonlyMap<string, readonly PodClass[]>>()

  constructor(private readonly classes: readonly PodClass[]) {
    for (const podClass of classes) {
      add(this.byNamespace, podClass.facts.namespace, podClass)
      add(this.byNamespaceLabels, podClass.facts.namespaceLabels, podClass)
    }
  }

  /** Every class that all terms hold for is among them; others may be too. */
  candidates(condition: Condition): readonly PodClass[] {
    let fewest = this.classes
    for (const term of condition) {
      if (term.kind !== 'pods') continue
      for (const narrowed of this.narrow(term)) {
        if (narrowed.length < fewest.length) fewest = narrowed
        if (fewest.length <= FEW) return fewest
      }
    }
    return fewest
  }

  /** One list for each requirement of the term, the ones that are found fastest first. */
  private *narrow({ inNamespace, namespaceSelector, podSelector }: PodsTerm): Iterable<readonly PodClass[]> {
    if (inNamespace !== null) yield this.byNamespace.get(inNamespace) ?? []
    for (const [key, value] of podSelector?.matchLabels ?? []) yield this.withLabel(key).get(value) ?? []
    for (const expression of podSelector?.matchExpressions ?? []) {
      if (expression.operator !== 'In') continue
      const values = this.withLabel(expression.key)
      yield [...expression.values].flatMap((value) => values.get(value) ?? [])
    }
    if (namespaceSelector !== null && !isEmptySelector(namespaceSelector)) {
      yield [...this.byNamespaceLabels].flatMap(([labels, classes]) => (matchesSelector(namespaceSelector, labels) ? classes : []))
    }
  }

  private withLabel(key: string): ReadonlyMap<string, readonly PodClass[]> {
    const known = this.byLabel.get(key)
    if (known !== undefined) return known
    const values = new Map<string, PodClass[]>()
    for (const podClass of this.classes) {
      const value = podClass.facts.labels.get(key)
      if (value !== undefined) add(values, value, podClass)
    }
    this.byLabel.set(key, values)
    return values
  }
}

function add<Key>(table: Map<Key, PodClass[]>, key: Key, podClass: PodClass): void {
  const sharing = table.get(key)
  if (sharing === undefined) table.set(key, [podClass])
  else sharing.push(podClass)
}
