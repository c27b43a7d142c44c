import { durationWords } from '@/lib/model/duration-words'
import { useLiveStatus } from '../live/live-provider'
import { useViewState } from '../live/use-view-state'
import { Button } from '../ui/button'
import { formatMinute, formatTime } from '../ui/format'
import styles from './which-cluster.module.css'

/** Says that the page shows another time than now, or compares two times, how much of that time is known, and the way on. */
export function PastBar({ compares }: { compares: boolean }) {
  const [view, changeView] = useViewState()
  const { summary } = useLiveStatus()
  const { at, windowMs } = view
  const versus = compares ? view.versus : null
  if (at === null && versus === null) return null
  const from = summary?.cluster.objectsFrom ?? null
  const isKnown = at === null || from === null || at >= from
  return (
    <div className={styles.bar}>
      {at !== null && (
        <>
          <strong>{`As of ${atWords(at)}.`}</strong>
          {summary !== null && (
            <span>
              {isKnown
                ? 'Objects, policies and verdicts are those of then.'
                : `Objects of before ${formatMinute(from)} are not known: objects and verdicts are those of now, traffic is of then.`}
            </span>
          )}
          <Button look="quiet" icon="left" onClick={() => changeView({ at: at - windowMs })}>
            {durationWords(windowMs)} earlier
          </Button>
          <Button look="quiet" icon="right" onClick={() => changeView({ at: Math.min(at + windowMs, Date.now()) })}>
            {durationWords(windowMs)} later
          </Button>
          <Button look="quiet" onClick={() => changeView({ at: null })}>
            Back to now
          </Button>
        </>
      )}
      {versus !== null && (
        <>
          <span>
            Compared with <strong>{atWords(versus)}</strong>.
          </span>
          <Button look="quiet" onClick={() => changeView({ at: versus, versus: at ?? Date.now() })}>
            Show that time
          </Button>
          <Button look="quiet" icon="close" onClick={() => changeView({ versus: null })}>
            Stop comparing
          </Button>
        </>
      )}
    </div>
  )
}

function atWords(at: number): string {
  return `${formatMinute(at).slice(0, 10)} ${formatTime(at)}`
}
