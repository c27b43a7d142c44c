import type { Cluster } from '../model/cluster'
import { configMapObject, type Evidence, evidenceOf, type Fact, fieldEvidence } from './evidence'

/** A field of a ConfigMap that configures the network, with its place; null when it does not stand there. */
export function settingOf(cluster: Cluster, place: string, field: string, meaning = ''): Fact | null {
  const value = cluster.settings.get(place)?.get(field)
  return value === undefined ? null : { value, from: fieldEvidence('setting', configMapObject(place), field, value, meaning) }
}

/** A field of the first ConfigMap that has it. */
export function firstSetting(cluster: Cluster, places: readonly string[], field: string): Fact | null {
  for (const place of places) {
    const found = settingOf(cluster, place, field)
    if (found !== null) return found
  }
  return null
}

/** The ConfigMaps among those named that exist. */
export function configMapEvidence(cluster: Cluster, ...places: readonly string[]): readonly Evidence[] {
  return places
    .filter((place) => cluster.configMaps.has(place))
    .map((place) => evidenceOf('setting', configMapObject(place), `There is a ConfigMap ${place}.`))
}
