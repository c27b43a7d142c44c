import type { NamedRef } from '../../entry/entry-base'
import type { IngressRoute, Middleware, TraefikBackend, TraefikService, TraefikSetting } from '../../entry/traefik-objects'
import type { Fields } from '../../fields'
import type { ObjectMeta } from '../../object'
import { baseOf } from './entry-base'

export function readIngressRoute(kind: IngressRoute['kind']): (document: Fields, meta: ObjectMeta) => IngressRoute {
  return (document, meta) => {
    const spec = document.object('spec')
    const namespace = meta.namespace ?? ''
    const tls = spec.object('tls')
    return {
      ...baseOf(kind, meta),
      entryPoints: spec.strings('entryPoints'),
      routes: spec.list('routes').map((route) => ({
        match: route.string('match'),
        services: route.list('services').map((service) => readBackend(service, namespace)),
        middlewares: route.list('middlewares').map((ref) => readRef(ref, namespace)),
      })),
      tls: spec.has('tls')
        ? {
            secretName: tls.string('secretName') || null,
            passthrough: tls.boolean('passthrough') ?? false,
            options: tls.has('options') ? readRef(tls.object('options'), namespace) : null,
            hasResolver: Boolean(tls.string('certResolver')),
          }
        : null,
    }
  }
}

export function readTraefikService(document: Fields, meta: ObjectMeta): TraefikService {
  const spec = document.object('spec')
  const form = (['weighted', 'mirroring', 'failover', 'highestRandomWeight'] as const).find((key) => spec.has(key)) ?? 'weighted'
  return { ...baseOf('TraefikService', meta), form, parts: readParts(spec.object(form), form, meta.namespace ?? '') }
}

function readParts(holder: Fields, form: TraefikService['form'], namespace: string): TraefikService['parts'] {
  const at = ['spec', form] as const
  switch (form) {
    case 'weighted':
    case 'highestRandomWeight':
      return holder.list('services').map((part, index) => ({
        backend: readBackend(part, namespace),
        role: 'backend',
        percent: null,
        path: [...at, 'services', index],
      }))
    case 'mirroring':
      return [
        { backend: readBackend(holder, namespace), role: 'backend', percent: null, path: at },
        ...holder.list('mirrors').map((part, index) => ({
          backend: readBackend(part, namespace),
          role: 'mirror' as const,
          percent: part.integer('percent', 0, 100) ?? 0,
          path: [...at, 'mirrors', index],
        })),
      ]
    case 'failover':
      return (['service', 'fallback'] as const).flatMap((key) =>
        holder.has(key)
          ? [
              {
                backend: readBackend(holder.object(key), namespace),
                role: key === 'service' ? ('backend' as const) : ('fallback' as const),
                percent: null,
                path: [...at, key],
              },
            ]
          : [],
      )
  }
}

export function readMiddleware(kind: Middleware['kind']): (document: Fields, meta: ObjectMeta) => Middleware {
  return (document, meta) => {
    const spec = document.object('spec')
    const namespace = meta.namespace ?? ''
    const errors = spec.object('errors')
    return {
      ...baseOf(kind, meta),
      middlewares: spec
        .object('chain')
        .list('middlewares')
        .map((ref) => readRef(ref, namespace)),
      errorService: errors.has('service') ? readBackend(errors.object('service'), namespace) : null,
    }
  }
}

export function readTraefikSetting(kind: TraefikSetting['kind']): (document: Fields, meta: ObjectMeta) => TraefikSetting {
  return (_document, meta) => baseOf(kind, meta)
}

function readBackend(service: Fields, namespace: string): TraefikBackend {
  return {
    kind: service.oneOf('kind', ['Service', 'TraefikService'], 'Service'),
    namespace: service.string('namespace') || namespace,
    name: service.string('name') ?? '',
    port: service.portOrName('port') || null,
    weight: service.integer('weight', 0, Number.MAX_SAFE_INTEGER) ?? 1,
    spread: readSpread(service),
  }
}

/** What leaves Traefik out counts first, then what binds clients, then how the others are spread. */
function readSpread(service: Fields): TraefikBackend['spread'] {
  if (service.boolean('nativeLB') === true) return { field: 'nativeLB', value: 'true' }
  if (service.has('sticky')) return { field: 'sticky', value: 'cookie' }
  const value = service.string('strategy')
  return value === null || value === '' ? null : { field: 'strategy', value }
}

function readRef(ref: Fields, namespace: string): NamedRef {
  return { namespace: ref.string('namespace') || namespace, name: ref.string('name') ?? '' }
}
