/** Policies that let only a namespace's own pods in, and one more that opens it for `spec`. */
export function closedNamespace(namespace: string, opening: { readonly name: string; readonly spec: object }): object[] {
  const policy = (name: string, spec: object) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  })
  return [
    policy('default-deny', { podSelector: {}, policyTypes: ['Ingress'] }),
    policy('same-namespace', { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }),
    policy(opening.name, opening.spec),
  ]
}
