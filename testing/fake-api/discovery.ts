import type { ApiResource } from './api-resource'

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

/** The media type by which a client asks for all groups in one document. */
export const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** What `/api`, `/apis` and the paths below say; null for a path that is nothing of discovery. */
export function discoveryDocument(path: string, kinds: readonly ApiResource[], isAggregated: boolean): Record<string, unknown> | null {
  const parts = path.split('/').filter((part) => part !== '')
  const [root, ...rest] = parts
  if (root === 'api') {
    if (rest.length === 0)
      return isAggregated ? aggregated(kinds.filter(({ group }) => group === '')) : { kind: 'APIVersions', versions: ['v1'] }
    return rest.length === 1 && rest[0] === 'v1' ? resourceList('', 'v1', kinds) : null
  }
  if (root !== 'apis') return null
  const [group, version] = rest
  const grouped = kinds.filter((kind) => kind.group !== '')
  if (group === undefined)
    return isAggregated ? aggregated(grouped) : { kind: 'APIGroupList', apiVersion: 'v1', groups: groupsOf(grouped).map(groupOf) }
  const ofGroup = grouped.filter((kind) => kind.group === group)
  if (ofGroup.length === 0 || rest.length > 2) return null
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf([group, ofGroup]) }
  return ofGroup.some(({ versions }) => versions.includes(version)) ? resourceList(group, version, ofGroup) : null
}

function groupsOf(kinds: readonly ApiResource[]): [string, ApiResource[]][] {
  const groups = new Map<string, ApiResource[]>()
  for (const kind of kinds) groups.set(kind.group, [...(groups.get(kind.group) ?? []), kind])
  return [...groups]
}

function versionsOf(kinds: readonly ApiResource[]): readonly string[] {
  return [...new Set(kinds.flatMap(({ versions }) => versions))]
}

function groupOf([name, kinds]: [string, readonly ApiResource[]]) {
  const versions = versionsOf(kinds).map((version) => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions, preferredVersion: versions[0] }
}

function resourceList(group: string, version: string, kinds: readonly ApiResource[]) {
  const served = kinds.filter((kind) => kind.group === group && kind.versions.includes(version))
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: group === '' ? version : `${group}/${version}`,
    resources: served.map((kind) => ({
      name: kind.plural,
      singularName: kind.singular,
      namespaced: kind.isNamespaced,
      kind: kind.kind,
      verbs: VERBS,
      ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    })),
  }
}

function aggregated(kinds: readonly ApiResource[]) {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groupsOf(kinds).map(([name, ofGroup]) => ({
      metadata: name === '' ? {} : { name },
      versions: versionsOf(ofGroup).map((version) => ({
        version,
        resources: ofGroup
          .filter(({ versions }) => versions.includes(version))
          .map((kind) => ({
            resource: kind.plural,
            responseKind: kind.isCustom ? { group: kind.group, version, kind: kind.kind } : { group: '', version: '', kind: kind.kind },
            scope: kind.isNamespaced ? 'Namespaced' : 'Cluster',
            singularResource: kind.singular,
            verbs: VERBS,
            ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
          })),
        freshness: 'Current',
      })),
    })),
  }
}
