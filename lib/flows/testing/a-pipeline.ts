import type { Cluster } from '../../model/cluster'
import { buildIdentity } from '../../model/identity'
import { aCluster } from '../../model/testing/a-cluster'
import type { ObservedFlow } from '../flow'
import { createFlowPipeline, type FlowBatch, type FlowPipeline, type PipelineOptions } from '../pipeline'
import { createResolver } from '../resolve-flow'

/** A pipeline over an empty cluster, or over the one given. */
export function aPipeline(over: Partial<PipelineOptions> = {}, cluster: Cluster = aCluster()): FlowPipeline {
  return createFlowPipeline({ resolve: createResolver(cluster, buildIdentity(cluster)), ...over })
}

/** A batch of flows alone. */
export function aBatch(flows: readonly ObservedFlow[]): FlowBatch {
  return { flows, ignored: new Map(), rejected: new Map(), lostAtSource: 0, unknownFields: 0 }
}
