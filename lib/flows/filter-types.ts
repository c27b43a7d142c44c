/** Fields of the filter language, one meaning each. Some have short forms (`svc`, `proto`), which are read and not printed. */
export type FilterField =
  | 'ns'
  | 'workload'
  | 'pod'
  | 'service'
  | 'ip'
  | 'name'
  | 'entity'
  | 'label'
  | 'port'
  | 'protocol'
  | 'verdict'
  | 'state'
  | 'policy'
  | 'reason'
  | 'l7'
  | 'method'
  | 'path'
  | 'status'
  | 'node'
  | 'reporter'

/** Which end a term is about; null means either. */
export type FilterSide = 'from' | 'to' | null

/**
 * A filter as a tree. An empty `all` matches everything.
 *
 * `field:a,b` holds when one of the values fits; terms side by side must all hold; `or` joins two; `-` turns one round.
 */
export type Filter =
  | { readonly kind: 'all'; readonly filters: readonly Filter[] }
  | { readonly kind: 'any'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | FilterTerm
  /** Bare words: part of a name, an address, a policy or a reason. Lower case does not differ from upper case. */
  | { readonly kind: 'text'; readonly side: FilterSide; readonly text: string }

export type FilterTerm = {
  readonly kind: 'term'
  readonly side: FilterSide
  readonly field: FilterField
  /** At least one, as canonical text. */
  readonly values: readonly string[]
}

/** Why a filter cannot be read. */
export type FilterProblem = {
  /** Characters from the start of the text, counted from 0, and how many are meant. */
  readonly position: number
  readonly length: number
  /** One sentence for the person who typed it. */
  readonly message: string
  /** What would be understood here; empty when there is no list. */
  readonly allowed: readonly string[]
}
