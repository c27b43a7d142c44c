import type { Cidr } from '../../model/address'
import type { Cluster } from '../../model/cluster'
import { Fields } from '../../model/fields'
import type { Labels } from '../../model/labels'
import { compileSelector, matchesSelector } from '../../model/selector'
import type { Assumptions } from '../assumptions'
import { parseNet } from '../calico/calico-context'
import type { ConnectionSets } from '../connection-sets'
import { vendorOf } from '../profile'

/** What Cilium policies refer to. */
export type CiliumContext = {
  readonly cluster: Cluster
  readonly sets: ConnectionSets
  readonly assumptions: Assumptions
  readonly cidrGroups: readonly CidrGroup[]
}

export type CidrGroup = { readonly name: string; readonly labels: Labels; readonly cidrs: readonly Cidr[] }

export function ciliumContext(cluster: Cluster, sets: ConnectionSets, assumptions: Assumptions): CiliumContext {
  const cidrGroups = cluster.policies
    .filter(({ meta }) => vendorOf(meta.apiVersion) === 'cilium' && meta.kind === 'CiliumCIDRGroup')
    .map((raw): CidrGroup => {
      const spec = new Fields(raw.body, { body: raw.body, origin: raw.meta.origin }, () => undefined).object('spec')
      return { name: raw.meta.name, labels: raw.meta.labels, cidrs: spec.strings('externalCIDRs').flatMap((text) => parseNet(text) ?? []) }
    })
  return { cluster, sets, assumptions, cidrGroups }
}

/** The CIDRs of a `fromCIDRSet` or `toCIDRSet` item that names groups. A group that does not exist holds none. */
export function cidrsOfGroups(item: Fields, { cidrGroups }: CiliumContext): readonly Cidr[] {
  const name = item.string('cidrGroupRef')
  if (name !== null) return cidrGroups.filter((group) => group.name === name).flatMap((group) => group.cidrs)
  if (!item.has('cidrGroupSelector')) return []
  const selector = compileSelector(item.get('cidrGroupSelector'))
  if (!selector.ok) {
    item.problem('cidrGroupSelector', selector.error.message)
    return []
  }
  return cidrGroups.filter((group) => matchesSelector(selector.value, group.labels)).flatMap((group) => group.cidrs)
}

/** A CIDR, or one address as Cilium also writes it. */
export function readNet(fields: Fields, key: string, text: string): readonly Cidr[] {
  const cidr = parseNet(text)
  if (cidr !== null) return [cidr]
  fields.problem(key, `"${text}" is no address and no CIDR`)
  return []
}
