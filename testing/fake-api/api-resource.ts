/** One kind of object that a server serves. */
export type ApiResource = {
  /** Empty for the core group. */
  readonly group: string
  /** In the order of preference; objects are kept once and served as each of them. */
  readonly versions: readonly string[]
  readonly kind: string
  /** Plural name in paths and rights, such as `networkpolicies`. */
  readonly plural: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly isNamespaced: boolean
  /** Lists of custom resources carry `kind` and `apiVersion` in every item, those of built-in kinds do not. */
  readonly isCustom: boolean
}

/** `PLURAL` or `PLURAL.GROUP`, as error messages, rights and CustomResourceDefinitions name a kind. */
export function resourceName(resource: Pick<ApiResource, 'plural' | 'group'>): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
}
