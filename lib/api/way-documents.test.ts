import { expect, test } from 'vitest'
import { GraphIndex } from '../graph/graph-index'
import { resolveEgress } from '../model/egress/resolve-egress'
import { aCluster } from '../model/testing/a-cluster'
import { aDeployment, anObject, aService } from '../model/testing/objects'
import { compilePolicies } from '../policy/engine'
import { outsideDocument } from './outside-document'
import { wayInDocument } from './way-in-document'
import { wayOutDocument } from './way-out-document'

const indexOf = (objects: readonly object[]) => {
  const cluster = aCluster(objects)
  return new GraphIndex(cluster, compilePolicies(cluster))
}
const web = [aService({ name: 'web', namespace: 'shop' }), aDeployment({ name: 'web', namespace: 'shop' })]
const path = (service: string) => ({
  path: `/${service}`,
  pathType: 'Prefix',
  backend: { service: { name: service, port: { number: 80 } } },
})
const ingress = anObject('networking.k8s.io/v1', 'Ingress', {
  name: 'in',
  namespace: 'shop',
  spec: { ingressClassName: 'x', rules: [{ host: 'web.example', http: { paths: [path('web'), path('gone')] } }] },
})

test('a way in lists its routes, names the nodes that exist, and says who vouches for it', () => {
  const index = indexOf([...web, ingress])
  const [door] = index.doors
  expect(door && wayInDocument(door, index.cluster)).toMatchObject({
    ref: 'Ingress:shop/in',
    standing: { by: 'prediction' },
    leadsNowhere: false,
    routes: {
      total: 2,
      items: [
        { host: 'web.example', path: '/web', works: true, to: { ref: 'svc:shop/web', text: 'shop/web', port: 80 } },
        { host: 'web.example', path: '/gone', works: false, to: { ref: null, text: 'shop/gone', port: null } },
      ],
    },
    problems: {
      items: [{ message: 'IngressClass x does not exist' }, { message: 'Service shop/gone does not exist', object: 'Ingress shop/in' }],
    },
  })
})

test('a name outside lists what names it, the Internet how pods leave', () => {
  const alias = aService({
    name: 'api',
    namespace: 'shop',
    type: 'ExternalName',
    selector: null,
    spec: { externalName: 'api.example.com' },
  })
  const entry = anObject('networking.istio.io/v1', 'ServiceEntry', {
    name: 'api',
    namespace: 'shop',
    spec: { hosts: ['api.example.com'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], resolution: 'DNS' },
  })
  const pool = anObject('crd.projectcalico.org/v1', 'IPPool', { name: 'all', spec: { cidr: '10.0.0.0/8', natOutgoing: false } })
  const index = indexOf([...web, ingress, alias, entry, pool])
  expect(outsideDocument('dns:api.example.com', index).namedBy.items).toEqual([
    { ref: 'svc:shop/api', text: 'Service shop/api', note: 'is another name for it' },
    { ref: null, text: 'ServiceEntry shop/api', note: 'declares it to the mesh: TLS 443, resolution DNS' },
  ])
  const world = outsideDocument('entity:world', index)
  expect(world.waysIn.items).toEqual([{ ref: 'Ingress:shop/in', text: 'Ingress shop/in', note: '' }])
  expect(world.defaultExits).toEqual([{ pods: '10.0.0.0/8', text: 'with their own address', evidence: 'IPPool all: natOutgoing false' }])
})

test('a way out lists who leaves and to what', () => {
  const firewall = anObject('k8s.ovn.org/v1', 'EgressFirewall', {
    name: 'default',
    namespace: 'shop',
    spec: { egress: [{ type: 'Allow', to: { cidrSelector: '192.0.2.0/24' } }] },
  })
  const [way] = resolveEgress(aCluster([...web, firewall]))
  expect(way && wayOutDocument(way)).toMatchObject({
    ref: 'EgressFirewall:shop/default',
    sources: { items: ['shop/web[Deployment]'], total: 1 },
    destinations: { items: [{ ref: 'cidr:192.0.2.0/24', text: '192.0.2.0/24', works: true }] },
    problems: { total: 0 },
  })
})
