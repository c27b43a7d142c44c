'use client'

import { type ReactNode, type RefObject, useCallback, useEffect, useId, useRef, useState } from 'react'
import { Button, IconButton } from './button'
import { classNames } from './class-names'
import type { IconName } from './icon'
import styles from './popover.module.css'

const MARGIN = 4

/** Puts a floating element below its anchor, above it when there is no room, and always inside the viewport. */
export function placeBeside(floating: HTMLElement, anchor: DOMRect, align: 'start' | 'end'): void {
  const { offsetWidth: width, offsetHeight: height } = floating
  const below = anchor.bottom + MARGIN
  const fitsBelow = below + height <= window.innerHeight
  const top = fitsBelow ? below : Math.max(MARGIN, anchor.top - height - MARGIN)
  const wanted = align === 'start' ? anchor.left : anchor.right - width
  const left = Math.min(Math.max(MARGIN, wanted), Math.max(MARGIN, window.innerWidth - width - MARGIN))
  floating.style.top = `${top}px`
  floating.style.left = `${left}px`
}

/**
 * A panel in the top layer that belongs to a button: it closes on Esc, on a click elsewhere and when focus leaves it,
 * and gives focus back to the button.
 */
export function Popover({
  label,
  buttonLabel,
  icon,
  iconOnly = false,
  align = 'start',
  className,
  children,
}: {
  /** Name of the panel. */
  label: string
  /** Visible content of the button; its name as well. */
  buttonLabel: ReactNode
  icon?: IconName
  iconOnly?: boolean
  align?: 'start' | 'end'
  className?: string | undefined
  children: (close: () => void) => ReactNode
}) {
  const anchor = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const { open, toggle, close } = usePopover(anchor, panel, align)
  const id = useId()
  const shared = { ref: anchor, onClick: toggle, 'aria-expanded': open, 'aria-controls': id, 'aria-haspopup': 'dialog' } as const
  return (
    <>
      {iconOnly && icon ? (
        <IconButton icon={icon} label={label} {...shared} />
      ) : (
        <Button {...(icon ? { icon } : {})} {...shared} className={className}>
          {buttonLabel}
        </Button>
      )}
      <div ref={panel} id={id} popover="auto" role="dialog" aria-label={label} className={styles.popover}>
        {open && children(close)}
      </div>
    </>
  )
}

/** Opens and closes a `popover` element beside its anchor. */
export function usePopover(anchor: RefObject<HTMLElement | null>, panel: RefObject<HTMLElement | null>, align: 'start' | 'end') {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const element = panel.current
    if (element === null) return
    const onToggle = (event: Event) => {
      const isOpen = (event as ToggleEvent).newState === 'open'
      setOpen(isOpen)
    }
    element.addEventListener('toggle', onToggle)
    return () => element.removeEventListener('toggle', onToggle)
  }, [panel])
  useEffect(() => {
    const element = panel.current
    if (!open || element === null || anchor.current === null) return
    placeBeside(element, anchor.current.getBoundingClientRect(), align)
    element.querySelector<HTMLElement>('[autofocus], input, [role=menuitem], [role=menuitemradio], button, a')?.focus()
  }, [open, anchor, panel, align])
  const close = useCallback(() => {
    const element = panel.current
    if (element?.matches(':popover-open')) element.hidePopover()
    anchor.current?.focus()
  }, [anchor, panel])
  const toggle = useCallback(() => panel.current?.togglePopover(), [panel])
  return { open, toggle, close }
}

export const popoverClass = classNames(styles.popover)
