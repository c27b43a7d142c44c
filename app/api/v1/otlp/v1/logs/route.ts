import { onCluster } from '@/server/on-cluster'
import { takeOtlp } from '@/server/posted-otlp'

/** POST /api/v1/otlp/v1/logs: log records of OTLP/HTTP, when the server was started with `--flows ingest`. */
export const POST = onCluster((request, running) => takeOtlp('logs', request, running))
