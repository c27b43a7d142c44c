import type { ReactNode, TdHTMLAttributes, ThHTMLAttributes } from 'react'
import { classNames } from './class-names'
import styles from './table.module.css'

/** A plain table with a name. Wide tables scroll inside their own box, never the page. */
export function Table({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.box} role="group" tabIndex={0} aria-label={label}>
      <table className={styles.table}>
        <caption className={styles.caption}>{label}</caption>
        {children}
      </table>
    </div>
  )
}

export function HeaderCell({ numeric = false, className, ...rest }: ThHTMLAttributes<HTMLTableCellElement> & { numeric?: boolean }) {
  return <th scope="col" className={classNames(styles.header, numeric && styles.numeric, className)} {...rest} />
}

export function Cell({
  numeric = false,
  mono = false,
  className,
  ...rest
}: TdHTMLAttributes<HTMLTableCellElement> & { numeric?: boolean; mono?: boolean }) {
  return <td className={classNames(styles.cell, numeric && styles.numeric, mono && styles.mono, className)} {...rest} />
}

/** Names and values of one thing, in two columns. */
export function Facts({ facts }: { facts: readonly { readonly name: string; readonly value: ReactNode }[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map((fact) => (
        <div key={fact.name} className={styles.fact}>
          <dt>{fact.name}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  )
}
