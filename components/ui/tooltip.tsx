'use client'

import { type ReactNode, useId, useRef } from 'react'
import { placeBeside } from './popover'
import styles from './tooltip.module.css'

/** A sentence about what it wraps, on hover and on focus; Esc hides it. The wrapped thing is described by it. */
export function Tooltip({ text, children }: { text: string; children: ReactNode }) {
  const anchor = useRef<HTMLSpanElement>(null)
  const bubble = useRef<HTMLSpanElement>(null)
  const id = useId()
  const show = () => {
    const element = bubble.current
    if (element === null || anchor.current === null || element.matches(':popover-open')) return
    element.showPopover()
    placeBeside(element, anchor.current.getBoundingClientRect(), 'start')
  }
  const hide = () => {
    if (bubble.current?.matches(':popover-open')) bubble.current.hidePopover()
  }
  return (
    <span
      ref={anchor}
      aria-describedby={id}
      onMouseEnter={show}
      onMouseLeave={hide}
      onFocus={show}
      onBlur={hide}
      onKeyDown={(event) => event.key === 'Escape' && hide()}
    >
      {children}
      <span ref={bubble} id={id} role="tooltip" popover="manual" className={styles.tooltip}>
        {text}
      </span>
    </span>
  )
}
