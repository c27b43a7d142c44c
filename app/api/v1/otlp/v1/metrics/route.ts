import { onCluster } from '@/server/on-cluster'
import { takeOtlp } from '@/server/posted-otlp'

/** POST /api/v1/otlp/v1/metrics: edges out of metrics, by OTLP/HTTP, when the server was started with `--flows ingest`. */
export const POST = onCluster((request, running) => takeOtlp('metrics', request, running))
