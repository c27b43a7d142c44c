import { z } from 'zod'
import type { SourceDocument } from '@/lib/model/source-document'
import { stableUid } from './seeded-random'

const INGRESS = z.looseObject({
  kind: z.literal('Ingress'),
  metadata: z.looseObject({ namespace: z.string() }),
  spec: z.looseObject({ tls: z.array(z.looseObject({ secretName: z.string() })).default([]) }),
})

const GATEWAY = z.looseObject({
  kind: z.literal('Gateway'),
  metadata: z.looseObject({ namespace: z.string() }),
  spec: z.looseObject({
    listeners: z.array(z.looseObject({ tls: z.looseObject({ certificateRefs: z.array(z.looseObject({ name: z.string() })) }) })),
  }),
})

/** The certificates that an issuer keeps for the Ingresses and Gateways of the YAML: Secrets by name and type, without any key. */
export function certificateDocuments(documents: readonly SourceDocument[]): SourceDocument[] {
  return documents.flatMap(({ body }) => {
    const ingress = INGRESS.safeParse(body)
    if (ingress.success) return ingress.data.spec.tls.map(({ secretName }) => secret(ingress.data.metadata.namespace, secretName))
    const gateway = GATEWAY.safeParse(body)
    if (!gateway.success) return []
    const names = gateway.data.spec.listeners.flatMap(({ tls }) => tls.certificateRefs.map(({ name }) => name))
    return names.map((name) => secret(gateway.data.metadata.namespace, name))
  })
}

function secret(namespace: string, name: string): SourceDocument {
  const metadata = { name, namespace, uid: stableUid(`secret/${namespace}/${name}`) }
  return { origin: null, body: { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata } }
}
