/** Transport protocols that Kubernetes Services and policies know by name. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP'
export const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP']

/** What a flow source can report. */
export type FlowProtocol = Protocol | 'ICMP' | 'ICMPv6' | 'OTHER'
export const PROTOCOL_NUMBERS: Readonly<Record<FlowProtocol, number>> = { TCP: 0, UDP: 1, SCTP: 2, ICMP: 3, ICMPv6: 4, OTHER: 5 }

export const MIN_PORT = 1
export const MAX_PORT = 65_535
