import { parseFilter } from '@/lib/flows/filter'
import { type CompiledFilter, compileFilter, type LabelLookup } from '@/lib/flows/filter-match'
import type { FilterProblem } from '@/lib/flows/filter-types'
import type { Cluster } from '@/lib/model/cluster'
import type { Result } from '@/lib/model/problem'
import { aProblem, type Problem } from './http/problem'

const MAX_REMEMBERED = 200

/** Filters that people use now, each compiled once for a reading of the cluster. */
export class Filters {
  readonly #compiled = new Map<string, Result<CompiledFilter | null, Problem>>()
  readonly #labels: LabelLookup

  constructor(cluster: Cluster) {
    this.#labels = (end) => {
      const pod = end.pod === null ? undefined : cluster.pods.get(end.pod)
      if (pod !== undefined) return pod.labels
      return end.workload === null ? null : (cluster.workloads.get(end.workload)?.labels ?? null)
    }
  }

  /** The filter that a text means; null for an empty one, which lets everything through. */
  read(text: string): Result<CompiledFilter | null, Problem> {
    const known = this.#compiled.get(text)
    if (known !== undefined) return known
    if (this.#compiled.size >= MAX_REMEMBERED) this.#compiled.clear()
    const read = this.#compile(text)
    this.#compiled.set(text, read)
    return read
  }

  #compile(text: string): Result<CompiledFilter | null, Problem> {
    if (text.trim() === '') return { ok: true, value: null }
    const filter = parseFilter(text)
    if (!filter.ok) return { ok: false, error: filterProblem(filter.error) }
    return { ok: true, value: compileFilter(filter.value, this.#labels) }
  }
}

function filterProblem({ position, message }: FilterProblem): Problem {
  const path = `filter, character ${position + 1}`
  return aProblem(400, 'The filter cannot be read', `${message} (character ${position + 1})`, [{ path, line: null, message }])
}
