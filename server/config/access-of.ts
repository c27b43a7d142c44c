import type { FlowAccess, FlowSourceChoice, OwnAccess } from '../config'

/** What the value of a source says itself; null when it says nothing, or is not connected to anything. */
export function ownAccessOf(choice: FlowSourceChoice): OwnAccess | null {
  return 'access' in choice ? (choice.access ?? null) : null
}

/** With what a source is spoken to: what its value says itself, else the options for all sources. A certificate goes with its key. */
export function accessOf(choice: FlowSourceChoice, common: FlowAccess): FlowAccess {
  const own = ownAccessOf(choice)
  return {
    ca: own?.ca ?? common.ca,
    cert: own?.cert ?? common.cert,
    key: own?.key ?? common.key,
    tokenFile: own?.tokenFile ?? common.tokenFile,
    serverName: own?.serverName ?? common.serverName,
  }
}
