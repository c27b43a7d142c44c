import { onCluster } from '@/server/on-cluster'
import { takeOtlp } from '@/server/posted-otlp'

/** POST /api/v1/otlp/v1/traces: says by OTLP/HTTP that spans are not read, when the server was started with `--flows ingest`. */
export const POST = onCluster((request, running) => takeOtlp('traces', request, running))
