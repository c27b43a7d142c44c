import { formatProblem, type InputProblem } from '@/lib/model/problem'
import { classNames } from '../ui/class-names'
import { formatCount } from '../ui/format'
import { Icon } from '../ui/icon'
import styles from './problem-list.module.css'

/** What was wrong in the input, as `FILE:LINE:COL: message`. Each costs only the thing that it names. */
export function ProblemList({ problems, total }: { problems: readonly InputProblem[]; total: number }) {
  return (
    <>
      <ol className={styles.problems}>
        {problems.map((problem, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: equal problems can stand twice in the list, which is replaced as a whole
          <li key={`${index} ${formatProblem(problem)}`} className={styles.problem}>
            <span className={classNames(styles.severity, problem.severity === 'error' && styles.error)}>
              <Icon name={problem.severity === 'error' ? 'warning' : 'info'} size={14} /> {problem.severity}
            </span>
            <code className={styles.text}>{formatProblem(problem)}</code>
          </li>
        ))}
      </ol>
      {total > problems.length && <p className={styles.rest}>and {formatCount(total - problems.length)} more</p>}
    </>
  )
}
