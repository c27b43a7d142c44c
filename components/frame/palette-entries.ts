import type { FlowHintsDocument } from '@/lib/api/documents'
import type { FilterField } from '@/lib/flows/filter-types'
import { freshView } from '../live/fresh-view'
import { asSelection } from '../live/selection'
import type { ViewState } from '../live/url-state'

export type PaletteEntry = { readonly group: string; readonly name: string; readonly about: string } & (
  | { readonly kind: 'place'; readonly path: string; readonly view: ViewState }
  | { readonly kind: 'action'; readonly run: () => void }
)

type Searched = Extract<FilterField, 'ns' | 'workload' | 'service' | 'pod' | 'policy'>

const GROUPS: ReadonlyMap<Searched, string> = new Map([
  ['ns', 'Namespace'],
  ['workload', 'Workload'],
  ['service', 'Service'],
  ['policy', 'Policy'],
  ['pod', 'Pod'],
])

/** Things of the cluster that the server found, as places on the map; policies have a page of their own. The time range of the view before stays. */
export function placesFrom(hints: FlowHintsDocument, view: ViewState, each: number): readonly PaletteEntry[] {
  return [...GROUPS].flatMap(([field, group]) => {
    const values = hints.fields.find((hint) => hint.field === field)?.values ?? []
    return values.slice(0, each).map((name): PaletteEntry => {
      const place = { ...freshView(view), ...whereIs(field, name, view) }
      return { kind: 'place', group, name, about: '', path: field === 'policy' ? '/policies' : '/map', view: place }
    })
  })
}

function whereIs(field: Searched, name: string, view: ViewState): Partial<ViewState> {
  const namespaces = [name.slice(0, Math.max(name.indexOf('/'), 0))]
  if (field === 'ns') return { level: 'workload', namespaces: [name] }
  if (field === 'workload') return { level: 'workload', namespaces, selection: asSelection(name, view) }
  if (field === 'service') return { level: 'workload', namespaces, selection: asSelection(`svc:${name}`, view) }
  if (field === 'pod') return { level: 'pod', namespaces, selection: asSelection(name, view) }
  return { policy: name }
}

/** Entries whose name, group or description has every word of the text. */
export function fittingEntries(entries: readonly PaletteEntry[], text: string): readonly PaletteEntry[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return entries.filter((entry) => {
    const all = `${entry.group} ${entry.name} ${entry.about}`.toLowerCase()
    return words.every((word) => all.includes(word))
  })
}
