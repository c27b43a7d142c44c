import { canonicalAddress } from '../address'
import type { Ingress, IngressBackend, IngressClass } from '../cluster'
import type { Fields } from '../fields'
import { serviceRef } from '../names'
import type { ObjectMeta } from '../object'
import { canonicalDnsName } from './service'

const PATH_TYPES = ['Exact', 'Prefix', 'ImplementationSpecific'] as const

/** `networking.k8s.io/v1`; the removed v1beta1 shapes are read too, with a warning. */
export function readIngress(document: Fields, meta: ObjectMeta): Ingress {
  const namespace = meta.namespace ?? ''
  const spec = document.object('spec')
  const named = spec.string('ingressClassName')
  const annotated = meta.annotations.get('kubernetes.io/ingress.class')
  if (meta.apiVersion !== 'networking.k8s.io/v1') {
    document.warning('apiVersion', `${meta.apiVersion} Ingress is no longer served since Kubernetes 1.22; use networking.k8s.io/v1`)
  }
  return {
    meta,
    namespace,
    name: meta.name,
    className: named || annotated || null,
    isClassAnnotated: !named && Boolean(annotated),
    tls: spec.list('tls').map((entry) => ({ hosts: entry.strings('hosts'), secretName: entry.string('secretName') || null })),
    rules: spec.list('rules').flatMap((rule, index) => readRule(rule, namespace, index)),
    defaultBackend: readBackend(spec, spec.has('defaultBackend') ? 'defaultBackend' : 'backend', namespace),
    addresses: readLoadBalancerAddresses(document.object('status').object('loadBalancer')),
  }
}

export function readIngressClass(document: Fields, meta: ObjectMeta): IngressClass {
  return {
    meta,
    controller: document.object('spec').string('controller') ?? '',
    isDefault: meta.annotations.get('ingressclass.kubernetes.io/is-default-class') === 'true',
  }
}

function readRule(rule: Fields, namespace: string, index: number): readonly Ingress['rules'][number][] {
  const host = rule.string('host')
  return rule
    .object('http')
    .list('paths')
    .flatMap((path, pathIndex) => {
      const backend = readBackend(path, 'backend', namespace)
      if (backend === null) return []
      return [
        {
          host: host ? canonicalDnsName(host) : null,
          path: path.string('path') || '/',
          pathType: path.oneOf('pathType', PATH_TYPES, 'ImplementationSpecific'),
          backend,
          at: ['spec', 'rules', index, 'http', 'paths', pathIndex],
        },
      ]
    })
}

function readBackend(holder: Fields, key: string, namespace: string): IngressBackend | null {
  if (!holder.has(key)) return null
  const backend = holder.object(key)
  if (backend.has('resource')) {
    const resource = backend.object('resource')
    return {
      kind: 'resource',
      apiGroup: resource.string('apiGroup'),
      resourceKind: resource.string('kind') ?? '',
      name: resource.string('name') ?? '',
    }
  }
  if (backend.has('service')) {
    const service = backend.object('service')
    const port = service.object('port')
    const name = service.string('name')
    if (!name) {
      service.problem('name', 'a backend names no Service')
      return null
    }
    return { kind: 'service', service: serviceRef(namespace, name), port: port.port('number') ?? (port.string('name') || null) }
  }
  const name = backend.string('serviceName')
  if (!name) {
    holder.problem(key, 'a backend names neither a service nor a resource')
    return null
  }
  return { kind: 'service', service: serviceRef(namespace, name), port: backend.portOrName('servicePort') }
}

function readLoadBalancerAddresses(loadBalancer: Fields): readonly string[] {
  return loadBalancer.list('ingress').flatMap((entry) => {
    const ip = entry.string('ip')
    const hostname = entry.string('hostname')
    if (ip) return [canonicalAddress(ip) ?? ip]
    return hostname ? [canonicalDnsName(hostname)] : []
  })
}
