// @ts-check
import { buildGoProgram } from './build-go-program.mjs'

/** The real servers of Hubble that the flow tests run against. */
export function buildFlowServers() {
  return buildGoProgram({
    name: 'flow-servers',
    title: 'the flow servers, Cilium 1.19.4',
    duration: 'three to five minutes',
    variable: 'SLUICE_FLOW_SERVERS',
  })
}
