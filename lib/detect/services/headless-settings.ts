import type { FieldPath } from '../../model/field-locator'
import { resolveTargetPort } from '../../model/service-endpoints'
import type { ClusterView } from '../cluster-view'
import { aboutService, type FindingDraft, makeFinding } from '../make-finding'
import { portText, type ServiceFacts } from './service-facts'

type Ignored = { readonly path: FieldPath; readonly value: string; readonly text: string }

/** SV-11: settings that need an address of the Service, on a Service without one. */
export function* findHeadlessSettings(view: ClusterView): Iterable<FindingDraft | null> {
  for (const facts of view.services) {
    yield null
    if (!facts.service.headless) continue
    for (const { path, value, text } of ignored(facts)) {
      yield makeFinding('SV-11', aboutService(facts.service.meta), { field: path, value, message: text, evidence: ['clusterIP: None'] })
    }
  }
}

function ignored(facts: ServiceFacts): readonly Ignored[] {
  const { sessionAffinity, externalTrafficPolicy, ports } = facts.service
  return [
    ...(sessionAffinity.mode === 'ClientIP'
      ? [
          {
            path: ['spec', 'sessionAffinity'],
            value: 'ClientIP',
            text: 'Clients of a headless Service choose a pod themselves; sessionAffinity is ignored.',
          },
        ]
      : []),
    ...(externalTrafficPolicy === 'Local'
      ? [
          {
            path: ['spec', 'externalTrafficPolicy'],
            value: 'Local',
            text: 'Nothing enters through a headless Service; externalTrafficPolicy is ignored.',
          },
        ]
      : []),
    ...ports.flatMap((port) => {
      const targets =
        typeof port.targetPort === 'number' ? [port.targetPort] : facts.live.flatMap((pod) => resolveTargetPort(pod, port) ?? [])
      const [other] = targets.filter((target) => target !== port.port)
      if (other === undefined || targets.includes(port.port)) return []
      const text = `Port ${portText(port)} is not translated to ${other}: clients of a headless Service must call ${other} themselves.`
      return [{ path: [...facts.pathOf(port), 'targetPort'], value: String(port.targetPort), text }]
    }),
  ]
}
