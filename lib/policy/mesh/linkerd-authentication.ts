import type { Fields } from '../../model/fields'
import type { RawObject } from '../../model/object'
import type { InputProblem } from '../../model/problem'
import type { AddressSet } from '../address-set'
import { allowOnly, PolicyFields } from '../policy-fields'
import { type ClientRule, type IdentityPattern, linkerdIdentity, readNetworks } from './linkerd-client-rule'

/** null when the object could not be understood. */
type Known<Value> = ReadonlyMap<string, Value | null>

/** The MeshTLSAuthentications and NetworkAuthentications of a cluster, by `NS/NAME`. */
export class LinkerdAuthentications {
  readonly problems: readonly InputProblem[]
  private readonly identities: Known<readonly IdentityPattern[]>
  private readonly networks: Known<AddressSet>

  constructor(
    objects: readonly RawObject[],
    private readonly identityDomain: string,
  ) {
    const problems: InputProblem[] = []
    const identities = new Map<string, readonly IdentityPattern[] | null>()
    const networks = new Map<string, AddressSet | null>()
    for (const raw of objects) {
      const { kind, namespace, name } = raw.meta
      const document = new PolicyFields(raw)
      const place = `${namespace}/${name}`
      if (kind === 'MeshTLSAuthentication') {
        const read = readIdentities(document.spec, namespace ?? '', identityDomain)
        identities.set(place, document.isUnderstood ? read : null)
      }
      if (kind === 'NetworkAuthentication') {
        allowOnly(document.spec, ['networks'])
        const read = readNetworks(document.spec, 'networks')
        if (read === null) document.spec.problem('networks', 'at least one network is required')
        networks.set(place, document.isUnderstood ? read : null)
      }
      problems.push(...document.problems)
    }
    this.problems = problems
    this.identities = identities
    this.networks = networks
  }

  /**
   * What a policy requires by reference, all of it at once. `client` null: something that it names does not exist, so
   * the policy is left out. Not certain: something that it names cannot be understood.
   */
  require(spec: Fields, namespace: string): { readonly client: ClientRule | null; readonly isCertain: boolean } {
    let identities: ClientRule['identities'] = 'anyone'
    let networks: AddressSet | null = null
    const missing: string[] = []
    let isCertain = true
    let identityRefs = 0
    let networkRefs = 0
    for (const ref of spec.list('requiredAuthenticationRefs')) {
      allowOnly(ref, ['group', 'kind', 'name', 'namespace'])
      const kind = ref.string('kind') ?? ''
      const name = ref.string('name') ?? ''
      const place = `${ref.string('namespace') ?? namespace}/${name}`
      if (kind === 'NetworkAuthentication') {
        networkRefs++
        const known = this.networks.get(place)
        if (known === undefined) missing.push(place)
        else if (known === null) isCertain = false
        else networks = known
      } else if (kind === 'MeshTLSAuthentication') {
        identityRefs++
        const known = this.identities.get(place)
        if (known === undefined) missing.push(place)
        else if (known === null) isCertain = false
        else identities = known
      } else if (kind === 'ServiceAccount') {
        identityRefs++
        identities = [linkerdIdentity(name, ref.string('namespace') ?? namespace, this.identityDomain)]
      } else {
        ref.problem('kind', `"${kind.slice(0, 80)}" is not MeshTLSAuthentication, NetworkAuthentication or ServiceAccount`)
        continue
      }
      if (name === '') ref.problem('name', 'a name is required')
      else if (missing.includes(place)) ref.warning('name', `there is no ${kind} ${place}, so this policy is left out`)
    }
    if (identityRefs > 1) spec.problem('requiredAuthenticationRefs', 'at most one MeshTLSAuthentication or ServiceAccount can be required')
    if (networkRefs > 1) spec.problem('requiredAuthenticationRefs', 'at most one NetworkAuthentication can be required')
    return { client: missing.length > 0 ? null : { identities, networks }, isCertain }
  }
}

function readIdentities(spec: Fields, namespace: string, identityDomain: string): readonly IdentityPattern[] {
  allowOnly(spec, ['identities', 'identityRefs'])
  const referred = spec.list('identityRefs').map((ref): IdentityPattern => {
    allowOnly(ref, ['group', 'kind', 'name', 'namespace'])
    const kind = ref.string('kind') ?? ''
    const name = ref.string('name')
    if (kind === 'ServiceAccount') {
      if (name === null) ref.problem('name', 'a name is required')
      return linkerdIdentity(name ?? '', ref.string('namespace') ?? namespace, identityDomain)
    }
    if (kind !== 'Namespace') ref.problem('kind', `"${kind.slice(0, 80)}" is not ServiceAccount or Namespace`)
    return `*.${name ?? namespace}.serviceaccount.identity.${identityDomain}`
  })
  const identities = [...spec.strings('identities'), ...referred]
  if (identities.length === 0) spec.problem('identities', 'at least one of identities and identityRefs is required')
  return identities
}
