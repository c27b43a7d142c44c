import { type Cidr, parseAddressOrCidr } from '../../model/address'
import type { Cluster } from '../../model/cluster'
import type { FieldPath } from '../../model/field-locator'
import type { Fields } from '../../model/fields'
import type { Labels } from '../../model/labels'
import type { InputProblem } from '../../model/problem'
import { matchesSelector } from '../../model/selector'
import type { AddressSet } from '../address-set'
import { apiServerAddresses } from '../api-server'
import type { Assumptions } from '../assumptions'
import type { ConnectionSets } from '../connection-sets'
import { PolicyFields, readSelector } from '../policy-fields'
import { vendorOf } from '../profile'

/** What Cilium policies refer to. */
export type CiliumContext = {
  readonly cluster: Cluster
  readonly sets: ConnectionSets
  readonly assumptions: Assumptions
  readonly cidrGroups: readonly CidrGroup[]
  /** Where the API server is; empty when that is not known. */
  readonly apiServer: AddressSet
  /** What is wrong in the groups. */
  readonly problems: readonly InputProblem[]
}

/** `isBroken`: an entry cannot be read, so that it is not known what the group holds. */
export type CidrGroup = { readonly name: string; readonly labels: Labels; readonly cidrs: readonly Cidr[]; readonly isBroken: boolean }

export function ciliumContext(cluster: Cluster, sets: ConnectionSets, assumptions: Assumptions): CiliumContext {
  const problems: InputProblem[] = []
  const cidrGroups = cluster.policies
    .filter(({ meta }) => vendorOf(meta.apiVersion) === 'cilium' && meta.kind === 'CiliumCIDRGroup')
    .map((raw): CidrGroup => {
      const fields = new PolicyFields(raw)
      const texts = fields.spec.strings('externalCIDRs')
      const cidrs = texts.flatMap((text, index) => readNet(fields.spec, ['externalCIDRs', index], text))
      problems.push(...fields.problems)
      return { name: raw.meta.name, labels: raw.meta.labels, cidrs, isBroken: !fields.isUnderstood }
    })
  return { cluster, sets, assumptions, cidrGroups, apiServer: apiServerAddresses(cluster), problems }
}

/** The CIDRs of a `fromCIDRSet` or `toCIDRSet` item that names groups. A group that does not exist holds none. */
export function cidrsOfGroups(item: Fields, { cidrGroups }: CiliumContext): readonly Cidr[] {
  const name = item.string('cidrGroupRef')
  if (name !== null) {
    return cidrsOf(
      cidrGroups.filter((group) => group.name === name),
      item,
      'cidrGroupRef',
    )
  }
  if (!item.has('cidrGroupSelector')) return []
  const selector = readSelector(item, 'cidrGroupSelector')
  if (selector === null) return []
  return cidrsOf(
    cidrGroups.filter((group) => matchesSelector(selector, group.labels)),
    item,
    'cidrGroupSelector',
  )
}

function cidrsOf(groups: readonly CidrGroup[], item: Fields, field: string): readonly Cidr[] {
  const broken = groups.find((group) => group.isBroken)
  if (broken !== undefined) item.problem(field, `CiliumCIDRGroup ${broken.name} has an entry that cannot be read`)
  return groups.flatMap((group) => group.cidrs)
}

/** A CIDR, or one address as Cilium also writes it. */
export function readNet(fields: Fields, place: FieldPath, text: string): readonly Cidr[] {
  const cidr = parseAddressOrCidr(text)
  if (cidr !== null) return [cidr]
  fields.problemAt(place, `"${text}" is no address and no CIDR`)
  return []
}
