import type { DetectorId } from './detector-id'
import type { Severity } from './finding'

export type Detector = {
  readonly id: DetectorId
  /** How grave it usually is; a single finding may be milder when the cluster shows that it matters less. */
  readonly severity: Severity
  /** What is wrong, in a few words. */
  readonly title: string
  /** What happens because of it, in one sentence. */
  readonly why: string
  /** What to do, in one sentence. */
  readonly fix: string
}

const TABLE: readonly Detector[] = [
  {
    id: 'NP-01',
    severity: 'warning',
    title: 'Policy selects no pods',
    why: 'The policy does nothing, and the pods that it was meant for stay as open or as closed as they are without it.',
    fix: 'Correct the selector so that it names the labels of the pods, or delete the policy.',
  },
  {
    id: 'NP-02',
    severity: 'warning',
    title: 'Peer matches nobody',
    why: 'The rule lets nobody through at this place, so a connection that it was written for is denied.',
    fix: 'Correct the labels or the namespace of the peer, or delete it when the other end is gone.',
  },
  {
    id: 'NP-03',
    severity: 'error',
    title: 'Service of an isolated workload admits nobody',
    why: 'Policies isolate the pods and no rule lets anybody in at the port of the Service, so every connection to the Service is denied.',
    fix: 'Add an ingress rule for the clients of the Service, or take the workload out of the selectors of the policies that isolate it.',
  },
  {
    id: 'NP-04',
    severity: 'error',
    title: 'Egress isolation without DNS',
    why: 'The pods may open connections but cannot look up any name, so everything that they reach by name fails.',
    fix: 'Allow egress to the DNS pods on their port, UDP and TCP.',
  },
  {
    id: 'NP-05',
    severity: 'warning',
    title: 'policyTypes do not say what the rules mean',
    why: 'Without explicit policyTypes a policy always isolates ingress, and rules of a direction that policyTypes leaves out are ignored.',
    fix: 'Write policyTypes out, with exactly the directions that the policy is meant to isolate.',
  },
  {
    id: 'NP-06',
    severity: 'warning',
    title: 'Rule is wider than it looks',
    why: 'More ends are let through than the text suggests at first sight.',
    fix: 'Name the peers that are meant, or say in a comment that everybody is.',
  },
  {
    id: 'NP-07',
    severity: 'error',
    title: 'Rule names a port that the pods do not listen on',
    why: "Policies see the pod's own port after the Service has been translated, so the rule never lets anything through.",
    fix: "Write the pod's port (the Service's targetPort), or the name that the container gives it.",
  },
  {
    id: 'NP-08',
    severity: 'warning',
    title: 'ipBlock covers addresses of the cluster itself',
    why: 'Whether ipBlock matches pods and Services depends on the network plugin, and pod addresses change whenever pods are replaced.',
    fix: 'Use podSelector and namespaceSelector for ends inside the cluster, and except the ranges of the cluster from the ipBlock.',
  },
  {
    id: 'NP-09',
    severity: 'warning',
    title: 'Policy selects host-network pods only',
    why: 'Pods on the network of their node are not subject to pod policies, so the policy is not enforced.',
    fix: 'Run the pods on the pod network, or guard the node itself (host firewall, policies for host endpoints).',
  },
  {
    id: 'NP-10',
    severity: 'error',
    title: 'Policies that nobody enforces',
    why: 'The API server accepts policies on any cluster, but the network plugin that runs does not enforce these: every connection stays open.',
    fix: 'Run a network plugin that enforces this kind of policy, or rewrite the policies in a kind that the plugin enforces.',
  },
  {
    id: 'NP-11',
    severity: 'info',
    title: 'Workloads without isolation',
    why: 'Pods that no policy isolates accept connections from, and open connections to, everybody.',
    fix: 'Add a default-deny policy for the namespace, then allow what is needed.',
  },
  {
    id: 'NP-12',
    severity: 'info',
    title: 'Form that servers no longer understand',
    why: 'Servers of today ignore or refuse this form, so it isolates nothing.',
    fix: 'Rewrite it in the form that servers of today understand.',
  },
  {
    id: 'NP-13',
    severity: 'warning',
    title: 'Way into the cluster is blocked',
    why: 'The door leads to pods whose policies do not let its traffic in, so requests from outside fail.',
    fix: 'Add an ingress rule for the pods of the controller, or for outside addresses when there is none in between.',
  },
  {
    id: 'NP-14',
    severity: 'warning',
    title: 'Monitoring is cut off',
    why: 'Prometheus is told to scrape the pods, and the policies deny it: the metrics are missing.',
    fix: 'Add an ingress rule for Prometheus on the metrics port, and an egress rule for it where Prometheus itself is isolated.',
  },
  {
    id: 'NP-15',
    severity: 'warning',
    title: 'Rule never decides',
    why: 'Rules that come earlier already decide every connection that this rule matches.',
    fix: 'Move the rule before those that cover it, or delete it.',
  },
  {
    id: 'NP-16',
    severity: 'info',
    title: 'Redundant policy or rule',
    why: 'Without it the policies allow and deny exactly the same connections.',
    fix: 'Delete it, or keep it knowingly for pods that do not exist yet.',
  },
  {
    id: 'NP-17',
    severity: 'warning',
    title: 'Policies of equal priority contradict each other',
    why: 'Nothing defines which of the two wins, so the connection may be allowed on one cluster and denied on the next.',
    fix: 'Give the policies different priorities.',
  },
  {
    id: 'NP-18',
    severity: 'warning',
    title: 'Policy in a tier that does not exist',
    why: 'Calico asks such a tier after all others and ends it with a denial, wherever it was meant to stand.',
    fix: 'Create the Tier object with its order, or name one that exists.',
  },
  {
    id: 'DS-04',
    severity: 'warning',
    title: 'Address rules of one family on dual-stack pods',
    why: 'The other address family is not covered: what is allowed over one of IPv4 and IPv6 is denied over the other, or the reverse.',
    fix: 'Add the ranges of the other address family.',
  },
]

/** By id, in the order of the documentation. */
export const DETECTORS: ReadonlyMap<DetectorId, Detector> = new Map(TABLE.map((detector) => [detector.id, detector]))

export function detectorOf(id: DetectorId): Detector {
  const detector = DETECTORS.get(id)
  if (detector === undefined) throw new Error(`no detector ${id}`)
  return detector
}
