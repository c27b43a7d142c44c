'use client'

import type { ButtonHTMLAttributes, Ref } from 'react'
import styles from './button.module.css'
import { classNames } from './class-names'
import { Icon, type IconName } from './icon'

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  readonly look?: 'plain' | 'primary' | 'quiet'
  readonly icon?: IconName
  readonly ref?: Ref<HTMLButtonElement>
}

/** A button with a visible name. `aria-pressed` makes it a toggle. */
export function Button({ look = 'plain', icon, className, children, type = 'button', ...rest }: ButtonProps) {
  return (
    <button type={type} className={classNames(styles.button, styles[look], className)} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children' | 'title'> & {
  /** The accessible name, also shown as the tooltip. */
  readonly label: string
  readonly icon: IconName
  readonly look?: 'plain' | 'quiet'
  readonly ref?: Ref<HTMLButtonElement>
}

/** A square button that shows only an icon; its name is read aloud and shown on hover. */
export function IconButton({ label, icon, look = 'quiet', className, type = 'button', ...rest }: IconButtonProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={classNames(styles.button, styles[look], styles.square, className)}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  )
}
