import type { ApiResource } from './api-resource'
import type { KubernetesObject } from './kubernetes-object'
import type { ResourceTarget } from './request-target'
import { badRequest } from './status'

/** Which objects of its kind a list or watch is about: namespace, field selector, label selector. */
export type Selection = (object: KubernetesObject) => boolean

/** Reads `fieldSelector` (name and namespace, as for every kind) and `labelSelector` (`key=value`, `key!=value`, `key`). */
export function readSelection(target: ResourceTarget): Selection {
  const { namespace, query } = target
  const terms = [...fieldTerms(query.get('fieldSelector') ?? ''), ...labelTerms(query.get('labelSelector') ?? '')]
  return (object) => (namespace === null || object.metadata.namespace === namespace) && terms.every((fits) => fits(object))
}

/** The object as `version` of its kind, which is how it leaves the server. */
export function asVersion(object: KubernetesObject, resource: ApiResource, version: string): KubernetesObject {
  const apiVersion = resource.group === '' ? version : `${resource.group}/${version}`
  return { ...object, kind: object.kind, apiVersion }
}

function fieldTerms(selector: string): Selection[] {
  return splitTerms(selector).map(({ key, isEqual, value }) => {
    const field = /^metadata\.(name|namespace)$/.exec(key)?.[1]
    if (field === undefined) throw badRequest(`"${key}" is not a known field selector: only "metadata.name", "metadata.namespace"`)
    return ({ metadata }) => (metadata[field] === value) === isEqual
  })
}

function labelTerms(selector: string): Selection[] {
  return splitTerms(selector).map(({ key, isEqual, value }) => {
    return ({ metadata }) => {
      const label = (metadata.labels as Record<string, string> | undefined)?.[key]
      return value === null ? label !== undefined : (label === value) === isEqual
    }
  })
}

function splitTerms(selector: string) {
  return selector
    .split(',')
    .filter((term) => term !== '' && !/^=+$/.test(term))
    .map((term) => {
      const [, key = '', sign = '', value = ''] = /^([^=!]+)(!=|==?)?(.*)$/.exec(term) ?? []
      return { key, isEqual: sign !== '!=', value: sign === '' ? null : value }
    })
}
