import { habitOfController } from '../../model/doors/ingress-controllers'
import { resolveIngressClass } from '../../model/resolve-ingress-class'
import type { ClusterView } from '../cluster-view'
import { aboutObject, type FindingDraft, makeFinding } from '../make-finding'
import { classControllers } from '../policies/entry-controllers'

/** IN-07: a class of a controller that gets no fixes any more. IN-06: a class of which no controller runs. */
export function findClassControllers(view: ClusterView): readonly FindingDraft[] {
  const { cluster } = view
  return [...cluster.ingressClasses.values()].flatMap((ingressClass): readonly FindingDraft[] => {
    const { meta, controller } = ingressClass
    const used = cluster.ingresses.filter((ingress) => {
      const resolved = resolveIngressClass(cluster, ingress)
      return resolved.kind === 'found' && resolved.ingressClass === ingressClass
    })
    const names = used.map(({ namespace, name }) => `Ingress ${namespace}/${name} is of this class`)
    const field = ['spec', 'controller']
    const habit = habitOfController(controller)
    if (habit?.retired) {
      return [
        makeFinding('IN-07', aboutObject(meta), {
          field,
          value: controller,
          message: `${habit.name} was retired in March 2026: nobody fixes its faults any more.`,
          why: 'Holes that are found in it stay open, in the one place that takes requests from everybody.',
          fix: 'Move to another controller, or to the Gateway API.',
          evidence: names,
        }),
      ]
    }
    const isKnown = view.isWholeCluster && view.isRead('/Pod', 'apps/Deployment', 'apps/DaemonSet')
    const workloads = classControllers(controller, cluster)
    if (used.length === 0 || !isKnown || workloads === null || workloads.length > 0) return []
    return [
      makeFinding('IN-06', aboutObject(meta), {
        field,
        value: controller,
        severity: 'warning',
        message: `No pods of the controller ${controller} were found, which serves the class ${meta.name}.`,
        evidence: names,
      }),
    ]
  })
}
