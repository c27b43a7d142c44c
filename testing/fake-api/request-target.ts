/** What a request asks for, by its method and path. */
export type RequestTarget =
  /** Discovery, version, health: no object. */
  { readonly kind: 'path'; readonly verb: string; readonly path: string; readonly query: URLSearchParams } | ResourceTarget

export type ResourceTarget = {
  readonly kind: 'resource'
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete'
  readonly group: string
  readonly version: string
  /** Plural name. */
  readonly resource: string
  /** null: of all namespaces, or of a kind without one. */
  readonly namespace: string | null
  /** null: all of them. A list by the field selector `metadata.name` has the name too, as for rights. */
  readonly name: string | null
  readonly subresource: string | null
  readonly query: URLSearchParams
}

export function readTarget(method: string, url: string): RequestTarget {
  const { pathname, searchParams: query } = new URL(url, 'https://api')
  const path = decodeURIComponent(pathname)
  const parts = path.split('/').filter((part) => part !== '')
  const [root, ...rest] = parts
  const groupVersion = root === 'api' ? ['', rest.shift()] : root === 'apis' ? [rest.shift(), rest.shift()] : []
  const [group, version] = groupVersion
  if (group === undefined || version === undefined || rest.length === 0) return { kind: 'path', verb: method.toLowerCase(), path, query }

  const isInNamespace = rest[0] === 'namespaces' && rest.length > 2
  const namespace = isInNamespace ? (rest[1] ?? null) : null
  const [resource = '', named = null, subresource = null] = isInNamespace ? rest.slice(2) : rest
  const name = named ?? selectedName(query.get('fieldSelector'))
  return { kind: 'resource', verb: verbOf(method, query, named), group, version, resource, namespace, name, subresource, query }
}

/** The name that a field selector asks for; null when it asks for none. */
export function selectedName(selector: string | null): string | null {
  const term = (selector ?? '').split(',').find((part) => /^metadata\.name==?[^=]/.test(part))
  return term?.replace(/^metadata\.name==?/, '') ?? null
}

function verbOf(method: string, query: URLSearchParams, named: string | null): ResourceTarget['verb'] {
  if (method === 'POST') return 'create'
  if (method === 'PUT') return 'update'
  if (method === 'PATCH') return 'patch'
  if (method === 'DELETE') return 'delete'
  if (named !== null) return 'get'
  return ['', '0', 'false'].includes(query.get('watch') ?? '') ? 'list' : 'watch'
}
