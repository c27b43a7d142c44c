import { readQuestion } from '@/lib/api/read-question-line'
import { plainLine } from '@/lib/api/report/plain-line'
import { type AnswerStyle, verdictLine } from '@/lib/api/report/verdict-line'
import { verdictText } from '@/lib/api/report/verdict-text'
import type { Cluster } from '@/lib/model/cluster'
import { endsCalled } from '@/lib/model/ends-called'
import type { PodRef } from '@/lib/model/names'
import { answerQueries } from './answer-queries'
import { ENGINE_FLAGS, HELP_FLAG, LEVEL_FLAG, MANIFESTS_FLAG } from './cluster-flags'
import { type Flag, flagsHelp, type GivenFlags } from './flags'
import { manifestCommand } from './manifest-command'
import { openCluster } from './open-cluster'
import { inputProblem, LIVE_FLAGS, readInput } from './read-input'

const FLAGS: readonly Flag[] = [
  MANIFESTS_FLAG,
  ...LIVE_FLAGS,
  { name: 'from', value: 'X', help: 'NS, NS/POD, NS/NAME[KIND], svc:NS/NAME, ip:A, ip:A-B, cidr:C, dns:NAME or entity:NAME' },
  { name: 'to', value: 'Y', help: 'the same names; with svc: the port is the one of the service' },
  { name: 'port', value: 'N', help: 'port of the destination; left out asks for every port' },
  { name: 'protocol', value: 'NAME', help: 'TCP (the default), UDP, SCTP, ICMP or ICMPv6' },
  { name: 'queries', value: 'FILE', help: 'one question a line as JSON, or - for standard input; answers come in the same order' },
  { name: 'explain', value: null, help: 'also near misses and the trace of every side' },
  { ...LEVEL_FLAG, help: 'how parts of an answer are named: pod (the default) or workload' },
  ...ENGINE_FLAGS,
  { name: 'output', short: 'o', value: 'FORMAT', choices: ['text', 'json'], help: 'text (the default for one question) or json' },
  HELP_FLAG,
]

const HELP = `Usage: sluice evaluate --manifests PATH|--live|--bundle FILE --from X --to Y [--port N] [--protocol TCP] [options]
       sluice evaluate --manifests PATH|--live|--bundle FILE --queries FILE [options]

May X open a new connection to Y, and which rule on which side decides.

${flagsHelp(FLAGS)}
Examples:
  sluice evaluate --manifests deploy/ --from shop/web[Deployment] --to svc:shop/cart --port 80 --explain
  echo '{"id": "q1", "from": "dev", "to": "prod/db-0", "port": 5432}' | sluice evaluate --manifests deploy/ --queries -

Exit codes: 0 every answer is "allowed", 1 some answer is not, 2 usage, 3 some input or question could not be read (the
rest is answered), 4 a limit was reached.
`

/** `sluice evaluate`: one question, or many as NDJSON. */
export const evaluate = manifestCommand({
  name: 'evaluate',
  flags: FLAGS,
  help: HELP,
  run: async (call) => {
    const { flags, input, context, refuse } = call
    const paths = flags.all('manifests')
    const wrong = inputProblem(flags) ?? questionProblem(flags, paths)
    if (wrong !== null) return refuse(wrong)
    const queries = flags.one('queries')
    const question = queries === null ? readQuestion(questionFields(flags)) : null
    if (question?.ok === false) return refuse(`--${question.error}`)

    const loaded = await readInput(call)
    if (!loaded.ok) return loaded.error
    const { cluster, engine, basis } = openCluster(loaded.value, call)
    const style: AnswerStyle = { explain: flags.has('explain'), nameOf: partNames(flags, cluster) }
    if (question === null) return answerQueries(queries ?? '-', engine, style, input, context)
    const asked = question.value
    const answer = engine.evaluate(asked)
    if (flags.one('output') === 'json') {
      const document = { apiVersion: 'sluice/v1', kind: 'Evaluation', ...asked, ...verdictLine(null, answer, style), basis }
      context.stdout(`${JSON.stringify(document)}\n`)
    } else {
      context.stdout(verdictText(asked, answer, style, basis))
      for (const end of [asked.from, asked.to]) context.stderr(absenceText(end, cluster))
    }
    return input.exitCode(answer.verdict === 'allowed' ? 0 : 1)
  },
})

/** null when there is one question, or a file of them. */
function questionProblem(flags: GivenFlags, paths: readonly string[]): string | null {
  const asked = ['from', 'to', 'port', 'protocol'].filter((name) => flags.has(name))
  if (!flags.has('queries')) return null
  if (asked.length > 0) return `--queries and --${asked[0]} do not go together`
  if (flags.one('queries') === '-' && [...paths, flags.one('bundle')].includes('-'))
    return 'standard input can be the manifests or the questions, not both'
  if (flags.one('output') === 'text') return 'answers to --queries are lines of JSON'
  return null
}

function questionFields(flags: GivenFlags): ReadonlyMap<string, unknown> {
  const port = flags.one('port')
  return new Map<string, unknown>([
    ['from', flags.one('from')],
    ['to', flags.one('to')],
    ['port', port === null ? null : /^\d+$/.test(port) ? Number(port) : port],
    ['protocol', protocolOf(flags.one('protocol'))],
  ])
}

/** People write `tcp` too. */
function protocolOf(text: string | null): string | null {
  if (text === null) return null
  return text.toUpperCase() === 'ICMPV6' ? 'ICMPv6' : text.toUpperCase()
}

/** A line about a name that stands for nothing, which is mostly misspelt; empty for the others. */
function absenceText(end: string, cluster: Cluster): string {
  const found = endsCalled(end, cluster)
  if (found[0] === end) return ''
  const meant = found.length === 0 ? '' : `; there is ${found.join(' and ')}`
  return plainLine(`sluice evaluate: nothing is called ${end} in the input${meant}`).concat('\n')
}

function partNames(flags: GivenFlags, cluster: Cluster): AnswerStyle['nameOf'] {
  return flags.one('level') === 'workload' ? (ref) => cluster.pods.get(ref as PodRef)?.workload ?? ref : (ref) => ref
}
