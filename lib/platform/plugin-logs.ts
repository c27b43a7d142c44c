import type { FlowStep } from './flow-way'

type Logs = { readonly text: string; readonly steps: readonly FlowStep[] }

/** How a network plugin is made to log what its policies decide, for a log shipper to send; null where it logs nothing. */
export function pluginLogs(plugin: string | null): Logs | null {
  return plugin === null ? null : (LOGS.get(plugin) ?? null)
}

const SHIP = 'let a log shipper send the log (docs/log-shippers.md)'

const LOGS: ReadonlyMap<string, Logs> = new Map([
  [
    'Antrea',
    {
      text: `Antrea logs what policies decide to /var/log/antrea/networkpolicy/np.log of each machine; ${SHIP}.`,
      steps: [
        {
          about: 'Log the decisions of Kubernetes policies',
          command: 'kubectl annotate namespace --all networkpolicy.antrea.io/enable-logging=true',
        },
      ],
    },
  ],
  [
    'OVN-Kubernetes',
    {
      text: `OVN-Kubernetes logs what policies decide in the ACL audit log of each machine; ${SHIP}.`,
      steps: [
        {
          about: 'Log the decisions of all policies',
          command: `kubectl annotate namespace --all k8s.ovn.org/acl-logging='{"deny":"info","allow":"info"}'`,
        },
      ],
    },
  ],
  [
    'Kube-OVN',
    {
      text: `Kube-OVN logs what policies refuse where the policy says so; ${SHIP}.`,
      steps: [
        {
          about: 'Log the refusals of all policies',
          command: 'kubectl annotate networkpolicy --all --all-namespaces ovn.kubernetes.io/enable_log=true',
        },
      ],
    },
  ],
  [
    'GKE Dataplane V2 (Cilium)',
    {
      text: `GKE logs what policies decide where a NetworkLogging object says so, on each machine and in Cloud Logging; ${SHIP}.`,
      steps: [
        {
          about: 'Log the decisions of all policies',
          command: `echo '{"apiVersion":"networking.gke.io/v1alpha1","kind":"NetworkLogging","metadata":{"name":"default"},"spec":{"cluster":{"allow":{"log":true,"delegate":false},"deny":{"log":true,"delegate":false}}}}' | kubectl apply -f -`,
        },
      ],
    },
  ],
  [
    'AWS VPC CNI',
    {
      text: `The network policy agent of the AWS VPC CNI logs what policies decide to /var/log/aws-routed-eni/network-policy-agent.log of each machine when its container runs with --enable-policy-event-logs=true; ${SHIP}.`,
      steps: [],
    },
  ],
  [
    'kube-router',
    {
      text: `kube-router marks what policies refuse for NFLOG group 100, which ulogd2 on each machine writes as JSON; ${SHIP}.`,
      steps: [],
    },
  ],
])
