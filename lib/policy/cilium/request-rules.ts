import type { Fields } from '../../model/fields'
import { allowOnly } from '../policy-fields'

/** What a port rule asks of requests: the protocol, and the rules in words. */
export type RequestRules = { readonly protocol: 'HTTP' | 'Kafka' | 'DNS' | 'other'; readonly text: string }

/** More rules are counted, not written out. */
const MAX_LISTED = 4

/** Reads `toPorts[].rules`; null when nothing is asked of requests. Rules of one list are a union. */
export function readRequestRules(rules: Fields): RequestRules | null {
  allowOnly(rules, ['http', 'kafka', 'dns', 'l7proto', 'l7'])
  const given = ['http', 'kafka', 'dns'].filter((key) => rules.has(key))
  const custom = rules.string('l7proto')
  if (rules.has('l7') && custom === null) rules.problem('l7', "needs l7proto, which names the rules' protocol")
  const second = custom !== null ? given[0] : given[1]
  if (second !== undefined) rules.problem(second, 'a rule speaks of requests of one protocol')
  if (custom !== null) return { protocol: 'other', text: `requests of ${custom}` }
  switch (given[0]) {
    case 'http':
      return { protocol: 'HTTP', text: listed('HTTP', rules.list('http').map(describeHttp)) }
    case 'kafka':
      return { protocol: 'Kafka', text: listed('Kafka', rules.list('kafka').map(describeKafka)) }
    case 'dns':
      return { protocol: 'DNS', text: listed('DNS', rules.list('dns').map(describeDns)) }
    default:
      return null
  }
}

function listed(protocol: string, rules: readonly string[]): string {
  const rest = rules.length - MAX_LISTED
  const shown = rules.slice(0, MAX_LISTED).map((rule) => (rule === '' ? `${protocol} (any request)` : `${protocol} ${rule}`))
  return rules.length === 0 ? `requests of ${protocol}` : `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

function describeHttp(rule: Fields): string {
  const headers = rule.strings('headers').length + rule.list('headerMatches').length
  const parts = [rule.string('method'), rule.string('host'), rule.string('path'), headers > 0 ? `with ${headers} header matches` : null]
  return parts.filter((part) => part !== null).join(' ')
}

function describeKafka(rule: Fields): string {
  return ['role', 'apiKey', 'apiVersion', 'topic', 'clientID'].flatMap((key) => rule.text(key) ?? []).join(' ')
}

function describeDns(rule: Fields): string {
  const name = rule.string('matchName') ?? rule.string('matchPattern')
  if (name === null) rule.problem('matchName', 'matchName or matchPattern is required')
  return name ?? ''
}
