import type { FlowProtocol } from '../model/protocol'

/** May `from` open a new connection to `to`? Names are those of docs/naming.md; `port` null asks for every port of the protocol. */
export type Question = { readonly from: string; readonly to: string; readonly port: number | null; readonly protocol: FlowProtocol }
