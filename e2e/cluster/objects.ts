import type { KubeObject } from './kube-object'

type Labels = Readonly<Record<string, string>>

export function aNamespace(name: string, labels: Labels = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

/** Pods of one container that listens on 8080, labelled `app: NAME`; they do not land on `nodeName` unless it is given. */
export function aDeployment(
  namespace: string,
  name: string,
  {
    replicas = 1,
    labels = {},
    nodeName = 'node-0' as string | null,
  }: { replicas?: number; labels?: Labels; nodeName?: string | null } = {},
): KubeObject {
  const matchLabels = { app: name }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name, labels: matchLabels },
    spec: {
      replicas,
      selector: { matchLabels },
      template: { metadata: { labels: { ...labels, ...matchLabels } }, spec: aPodSpec(nodeName) },
    },
  }
}

/** A pod without an owner. */
export function aPod(namespace: string, name: string, labels: Labels, nodeName = 'node-0'): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels }, spec: aPodSpec(nodeName) }
}

function aPodSpec(nodeName: string | null): unknown {
  return {
    ...(nodeName === null ? {} : { nodeName }),
    containers: [{ name: 'main', image: 'example.test/main:1', ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }] }],
  }
}

/** Port 80 to 8080 of the pods of a Deployment of the same name; both families where `ipFamilyPolicy` says so. */
export function aService(namespace: string, name: string, more: Readonly<Record<string, unknown>> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace, name },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }], ...more },
  }
}

/** Lets only pods with the labels into the pods of a Deployment. */
export function anAllowPolicy(namespace: string, name: string, app: string, from: Labels): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace, name },
    spec: {
      podSelector: { matchLabels: { app } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: from } }] }],
    },
  }
}
