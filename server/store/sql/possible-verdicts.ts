import type { Filter } from '@/lib/flows/filter-types'
import { VERDICTS, type Verdict } from '@/lib/flows/flow'

/** Verdicts that a flow may have to fit the filter: refused flows have a table of their own. */
export function possibleVerdicts(filter: Filter): ReadonlySet<Verdict> {
  switch (filter.kind) {
    case 'term':
      return filter.field === 'verdict' ? new Set(VERDICTS.filter((verdict) => filter.values.includes(verdict))) : ALL
    case 'not': {
      const { filter: inner } = filter
      if (inner.kind !== 'term' || inner.field !== 'verdict') return ALL
      return new Set(VERDICTS.filter((verdict) => !inner.values.includes(verdict)))
    }
    case 'all': {
      const sets = filter.filters.map(possibleVerdicts)
      return new Set(VERDICTS.filter((verdict) => sets.every((set) => set.has(verdict))))
    }
    case 'any': {
      const sets = filter.filters.map(possibleVerdicts)
      return new Set(VERDICTS.filter((verdict) => sets.some((set) => set.has(verdict))))
    }
    case 'text':
      return ALL
  }
}

const ALL: ReadonlySet<Verdict> = new Set(VERDICTS)
