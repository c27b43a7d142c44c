/** Transport protocols that Kubernetes Services and policies know by name. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP'
export const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP']

/** What a flow source can report. */
export type FlowProtocol = Protocol | 'ICMP' | 'ICMPv6' | 'OTHER'

export const MIN_PORT = 1
export const MAX_PORT = 65_535
