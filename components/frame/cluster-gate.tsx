import { useMutation, useQueryClient } from '@tanstack/react-query'
import { changeCluster, clustersOptions } from '../live/cluster-queries'
import type { ClusterGate } from '../live/use-cluster-gate'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { Empty, Notice, Progress } from '../ui/notice'

/** Stands in the place of the page while the cluster that its address names is not there. */
export function ClusterGateView({ gate }: { gate: ClusterGate }) {
  const [, changeView] = useViewState()
  const queries = useQueryClient()
  const connect = useMutation({
    mutationFn: (name: string) => changeCluster(name, true),
    onSuccess: (document) => queries.setQueryData(clustersOptions().queryKey, document),
  })
  const showFirst = <Button onClick={() => changeView({ clusters: [] })}>Show the first cluster</Button>
  if (gate.kind === 'asking') return <Progress label="Asking for the cluster…" done={null} total={null} />
  if (gate.kind === 'unknown') {
    return (
      <Empty title={`There is no cluster “${gate.name}” here.`} actions={showFirst}>
        <p>The kubeconfig that the server reads has no context of this name. The menu at the top left lists those it has.</p>
      </Empty>
    )
  }
  const { name, origin, user, problem } = gate.cluster
  return (
    <>
      {connect.error !== null && <Notice tone="failure" title={connect.error.message} polite />}
      {problem === null ? (
        <Empty
          title={`“${name}” is not connected.`}
          actions={
            <>
              <Button look="primary" disabled={connect.isPending} onClick={() => connect.mutate(name)}>
                {connect.isPending ? 'Connecting…' : 'Connect'}
              </Button>
              {showFirst}
            </>
          }
        >
          <p>
            Connecting reads its objects{origin === null ? '' : ` from ${origin}`}
            {user === null ? '' : ` as ${user}`}. Nothing is ever written.
          </p>
        </Empty>
      ) : (
        <Empty title={`“${name}” cannot be opened.`} actions={showFirst}>
          <p>{problem}</p>
        </Empty>
      )}
    </>
  )
}
