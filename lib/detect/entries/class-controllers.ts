import type { IngressClass } from '../../model/cluster'
import { compareText } from '../../model/compare-text'
import { habitOfController } from '../../model/doors/ingress-controllers'
import { resolveIngressClass } from '../../model/resolve-ingress-class'
import type { ClusterView } from '../cluster-view'
import { aboutObject, type FindingDraft, makeFinding } from '../make-finding'
import { classControllers } from '../policies/entry-controllers'

/** IN-06: several classes that Ingresses without one get. */
export function findDefaultClasses({ cluster }: ClusterView): readonly FindingDraft[] {
  const defaults = [...cluster.ingressClasses.values()].filter(({ isDefault }) => isDefault).sort(byName)
  return defaults.length < 2
    ? []
    : defaults.map(({ meta }) =>
        makeFinding('IN-06', aboutObject(meta), {
          field: ['metadata', 'annotations', 'ingressclass.kubernetes.io/is-default-class'],
          value: 'true',
          severity: 'warning',
          message: `${defaults.length} classes are the default for Ingresses that name none.`,
          why: 'The newest of them gets such an Ingress, which is seldom meant and changes when a class is made again.',
          fix: 'Let one class be the default.',
          evidence: defaults.map((one) => `IngressClass ${one.meta.name} is a default`),
        }),
      )
}

function byName(a: IngressClass, b: IngressClass): number {
  return compareText(a.meta.name, b.meta.name)
}

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
