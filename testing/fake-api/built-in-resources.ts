import type { ApiResource } from './api-resource'

/** `GROUP/VERSION PLURAL KIND SCOPE SHORT-NAMES`: what every cluster serves, without kinds that have nothing to do with networks. */
const TABLE = `
v1 configmaps ConfigMap namespaced cm
v1 endpoints Endpoints namespaced ep
v1 events Event namespaced ev
v1 namespaces Namespace cluster ns
v1 nodes Node cluster no
v1 pods Pod namespaced po
v1 replicationcontrollers ReplicationController namespaced rc
v1 secrets Secret namespaced
v1 serviceaccounts ServiceAccount namespaced sa
v1 services Service namespaced svc
apiextensions.k8s.io/v1 customresourcedefinitions CustomResourceDefinition cluster crd,crds
apps/v1 controllerrevisions ControllerRevision namespaced
apps/v1 daemonsets DaemonSet namespaced ds
apps/v1 deployments Deployment namespaced deploy
apps/v1 replicasets ReplicaSet namespaced rs
apps/v1 statefulsets StatefulSet namespaced sts
batch/v1 cronjobs CronJob namespaced cj
batch/v1 jobs Job namespaced
coordination.k8s.io/v1 leases Lease namespaced
discovery.k8s.io/v1 endpointslices EndpointSlice namespaced
events.k8s.io/v1 events Event namespaced ev
networking.k8s.io/v1 ingressclasses IngressClass cluster
networking.k8s.io/v1 ingresses Ingress namespaced ing
networking.k8s.io/v1 ipaddresses IPAddress cluster ip
networking.k8s.io/v1 networkpolicies NetworkPolicy namespaced netpol
networking.k8s.io/v1 servicecidrs ServiceCIDR cluster
policy/v1 poddisruptionbudgets PodDisruptionBudget namespaced pdb
rbac.authorization.k8s.io/v1 clusterrolebindings ClusterRoleBinding cluster
rbac.authorization.k8s.io/v1 clusterroles ClusterRole cluster
rbac.authorization.k8s.io/v1 rolebindings RoleBinding namespaced
rbac.authorization.k8s.io/v1 roles Role namespaced
`

export const BUILT_IN_RESOURCES: readonly ApiResource[] = TABLE.trim()
  .split('\n')
  .map((line) => {
    const [groupVersion = '', plural = '', kind = '', scope = '', shortNames = ''] = line.split(' ')
    const [version = '', group = ''] = groupVersion.split('/').reverse()
    return {
      group,
      versions: [version],
      kind,
      plural,
      singular: kind.toLowerCase(),
      shortNames: shortNames === '' ? [] : shortNames.split(','),
      isNamespaced: scope === 'namespaced',
      isCustom: false,
    }
  })
