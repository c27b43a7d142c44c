import { isRecord } from '../fields'
import { fields, type Reduce, shared } from './field-tree'
import { configMap } from './known-config-maps'
import { CONDITIONS, METADATA_ONLY, object, SPEC_AS_WRITTEN } from './object-fields'
import { podSpec, podStatus, podTemplate } from './pod-fields'

const LOAD_BALANCER = fields([], { ingress: fields(['ip', 'hostname', 'ipMode', 'ports']) })

/** A status that says nothing of what is kept still says that the object is a live one. */
function workloadStatus(names: readonly string[]): Reduce {
  const reduce = fields(names, { conditions: CONDITIONS })
  return (value, pool) => {
    const kept = reduce(value, pool)
    return isRecord(value) && isRecord(kept) && Object.keys(value).length > 0 && Object.keys(kept).length === 0 ? { conditions: [] } : kept
  }
}

/** Parts of `spec` and `status` of everything that has a pod template. */
function workload(spec: Readonly<Record<string, Reduce>>, status: readonly string[]): Reduce {
  return object({ spec: fields(['replicas'], spec), status: workloadStatus(status) })
}

const REPLICAS = ['replicas', 'readyReplicas', 'availableReplicas', 'observedGeneration']
const JOB = fields(['parallelism', 'completions', 'suspend'], { template: podTemplate })
const PORTS = fields(['name', 'protocol', 'port', 'appProtocol'])
const TARGET = fields(['name', 'uid'], { kind: shared(), namespace: shared() })

const ADDRESSES = fields(['ip', 'hostname'], { nodeName: shared(), targetRef: TARGET })

/** Kinds of Kubernetes itself, by `GROUP/KIND`. */
export const BUILT_IN_FIELDS: Readonly<Record<string, Reduce>> = {
  '/Namespace': object({ status: fields(['phase']) }),
  '/Node': object({
    spec: fields(['podCIDR', 'podCIDRs', 'providerID', 'unschedulable']),
    status: fields(['addresses'], {
      conditions: CONDITIONS,
      nodeInfo: shared(fields(['kubeletVersion', 'kubeProxyVersion', 'osImage', 'operatingSystem', 'architecture', 'kernelVersion'])),
    }),
  }),
  '/Pod': object({ spec: podSpec, status: podStatus }),
  '/Service': object({
    spec: fields(
      [
        ...['type', 'clusterIP', 'clusterIPs', 'externalIPs', 'externalName', 'loadBalancerIP', 'loadBalancerSourceRanges', 'nodePort'],
        ...['ipFamilyPolicy', 'internalTrafficPolicy', 'externalTrafficPolicy', 'trafficDistribution', 'publishNotReadyAddresses'],
        ...['healthCheckNodePort', 'loadBalancerClass', 'allocateLoadBalancerNodePorts', 'sessionAffinity', 'sessionAffinityConfig'],
      ],
      {
        selector: shared(),
        ipFamilies: shared(),
        ports: shared(fields(['name', 'protocol', 'port', 'targetPort', 'nodePort', 'appProtocol'])),
      },
    ),
    status: fields([], { loadBalancer: LOAD_BALANCER, conditions: CONDITIONS }),
  }),
  '/Endpoints': object({ subsets: fields([], { addresses: ADDRESSES, notReadyAddresses: ADDRESSES, ports: PORTS }) }),
  '/ConfigMap': configMap,
  '/Secret': object({ type: shared() }),
  '/ServiceAccount': METADATA_ONLY,
  '/ReplicationController': workload({ selector: shared(), template: podTemplate }, REPLICAS),
  'apps/Deployment': workload({ selector: shared(), template: podTemplate }, REPLICAS),
  'apps/ReplicaSet': workload({ selector: shared(), template: podTemplate }, REPLICAS),
  'apps/StatefulSet': workload({ selector: shared(), serviceName: shared(), template: podTemplate }, REPLICAS),
  'apps/DaemonSet': workload({ selector: shared(), template: podTemplate }, [
    ...['desiredNumberScheduled', 'currentNumberScheduled', 'numberReady', 'numberAvailable', 'numberMisscheduled', 'observedGeneration'],
  ]),
  'batch/Job': object({ spec: JOB, status: workloadStatus(['active', 'ready', 'succeeded', 'failed', 'startTime']) }),
  'batch/CronJob': object({
    spec: fields(['schedule', 'suspend'], { jobTemplate: fields([], { spec: JOB }) }),
    status: workloadStatus(['lastScheduleTime', 'lastSuccessfulTime']),
  }),
  'discovery.k8s.io/EndpointSlice': object({
    addressType: shared(),
    ports: shared(PORTS),
    endpoints: fields(['addresses', 'hostname'], {
      conditions: shared(),
      targetRef: TARGET,
      nodeName: shared(),
      zone: shared(),
      hints: shared(),
    }),
  }),
  'networking.k8s.io/NetworkPolicy': SPEC_AS_WRITTEN,
  'networking.k8s.io/Ingress': object({
    spec: fields(['ingressClassName', 'tls', 'rules', 'defaultBackend', 'backend']),
    status: fields([], { loadBalancer: LOAD_BALANCER }),
  }),
  'networking.k8s.io/IngressClass': object({ spec: fields(['controller', 'parameters']) }),
  'networking.k8s.io/ServiceCIDR': object({ spec: fields(['cidrs']), status: fields([], { conditions: CONDITIONS }) }),
  'apiextensions.k8s.io/CustomResourceDefinition': object({
    spec: fields(['group', 'scope'], { names: fields(['kind', 'plural']), versions: fields(['name', 'served']) }),
  }),
}
