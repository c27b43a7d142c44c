import type { PolicySummary } from '@/lib/api/details'

/** Puts a document behind those of a draft; an empty draft becomes the document. */
export function appendDocument(draft: string, document: string): string {
  const text = document.endsWith('\n') ? document : `${document}\n`
  if (draft.trim() === '') return text
  const before = draft.endsWith('\n') ? draft : `${draft}\n`
  return /\n---[ \t]*\n$/.test(before) ? before + text : `${before}---\n${text}`
}

type Named = Pick<PolicySummary, 'policyApiVersion' | 'policyKind' | 'namespace' | 'name'>

/** A document that deletes a policy, as a strategic merge patch says it. */
export function deletionDocument({ policyApiVersion, policyKind, namespace, name }: Named): string {
  return [
    `apiVersion: ${scalar(policyApiVersion)}`,
    `kind: ${scalar(policyKind)}`,
    'metadata:',
    `  name: ${scalar(name)}`,
    ...(namespace === null ? [] : [`  namespace: ${scalar(namespace)}`]),
    '$patch: delete',
    '',
  ].join('\n')
}

/** Pods of one namespace that may open connections to DNS alone: something that most clusters would notice. */
export function exampleDraft(namespace: string): string {
  return [
    '# Nothing here is applied to the cluster.',
    '# This policy lets the pods of one namespace open connections to DNS only.',
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    'metadata:',
    '  name: only-dns',
    `  namespace: ${scalar(namespace)}`,
    'spec:',
    '  podSelector: {}',
    '  policyTypes: [Egress]',
    '  egress:',
    '    - to:',
    '        - namespaceSelector: {}',
    '          podSelector:',
    '            matchLabels:',
    '              k8s-app: kube-dns',
    '      ports:',
    '        - protocol: UDP',
    '          port: 53',
    '',
  ].join('\n')
}

/** What YAML 1.1 or 1.2 reads as something else than text: words, and an exponent without a number before it. */
const RESERVED = /^(true|false|null|yes|no|on|off|y|n|e-?\d+)$/i

/** A string as YAML reads it back: bare where that is safe, else in quotes. */
function scalar(text: string): string {
  return /^[A-Za-z][A-Za-z0-9./-]*$/.test(text) && !RESERVED.test(text) ? text : JSON.stringify(text)
}
