import { readCluster } from '@/lib/model/read-cluster'
import { compilePolicies } from '@/lib/policy/engine'
import { generatePolicyCluster } from './generate-policies'

const size = { pods: Number(process.env.PODS ?? 10000), policies: Number(process.env.POLICIES ?? 1000) }
const cluster = readCluster(
  [...generatePolicyCluster(size)].map((body) => ({ body, origin: null })),
  { name: 'bench', source: 'manifests' },
)
const cpu = () => process.cpuUsage().user / 1000
console.log(
  cluster.pods.size,
  cluster.policies.length,
  cluster.workloads.size,
  cluster.problems.length,
  JSON.stringify(process.memoryUsage()),
)
for (let i = 0; i < Number(process.env.RUNS ?? 3); i++) {
  let t = performance.now()
  let u = cpu()
  const engine = compilePolicies(cluster)
  console.log('compile', performance.now() - t, cpu() - u, engine.facts.classes.all.length)
  t = performance.now()
  u = cpu()
  const c = engine.connectivity('pod')
  console.log('matrix', performance.now() - t, cpu() - u)
  let n = 0
  let m = 0
  for (const { src, dst } of c.cells()) {
    n += src.length * dst.length - (src === dst ? src.length : 0)
    m++
  }
  console.log('pairs', n, m, performance.now() - t, cpu() - u, JSON.stringify(process.memoryUsage()))
}
