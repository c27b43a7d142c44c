'use client'

import { type KeyboardEvent, useEffect, useId, useRef } from 'react'
import { Button, IconButton } from './button'
import { classNames } from './class-names'
import { Icon, type IconName } from './icon'
import styles from './menu.module.css'
import { placeBeside, popoverClass, usePopover } from './popover'

export type MenuItem =
  | { readonly kind: 'action'; readonly label: string; readonly icon?: IconName; readonly keys?: string; readonly run: () => void }
  | { readonly kind: 'choice'; readonly label: string; readonly checked: boolean; readonly run: () => void }
  | { readonly kind: 'separator' }

/** A button that opens a menu. Arrow keys, Home, End and first letters move; Enter runs; Esc gives focus back. */
export function MenuButton({
  label,
  text,
  icon,
  items,
  align = 'start',
  look = 'plain',
}: {
  /** Accessible name of button and menu. */
  label: string
  /** Visible text; without it the button shows only the icon. */
  text?: string
  icon: IconName
  items: readonly MenuItem[]
  align?: 'start' | 'end'
  look?: 'plain' | 'quiet'
}) {
  const anchor = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const { open, toggle, close } = usePopover(anchor, panel, align)
  const id = useId()
  const shared = { ref: anchor, onClick: toggle, 'aria-expanded': open, 'aria-controls': id, 'aria-haspopup': 'menu' } as const
  return (
    <>
      {text === undefined ? (
        <IconButton icon={icon} label={label} look={look} {...shared} />
      ) : (
        <Button icon={icon} look={look} aria-label={label} {...shared}>
          {text}
          <Icon name="down" size={12} />
        </Button>
      )}
      <div ref={panel} id={id} popover="auto" className={classNames(popoverClass, styles.menu)}>
        {open && <MenuList label={label} items={items} close={close} />}
      </div>
    </>
  )
}

/** A menu at a point, for a right click or the menu key. Mounted only while open. */
export function ContextMenu({
  label,
  items,
  at,
  onClose,
}: {
  label: string
  items: readonly MenuItem[]
  at: { readonly x: number; readonly y: number }
  onClose: () => void
}) {
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = panel.current
    if (element === null) return
    const before = document.activeElement
    const onToggle = (event: Event) => {
      if ((event as ToggleEvent).newState === 'closed') onClose()
    }
    element.addEventListener('toggle', onToggle)
    if (!element.matches(':popover-open')) element.showPopover()
    placeBeside(element, new DOMRect(at.x, at.y, 0, 0), 'start')
    element.querySelector<HTMLElement>('[role^=menuitem]')?.focus()
    return () => {
      element.removeEventListener('toggle', onToggle)
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [at.x, at.y, onClose])
  return (
    <div ref={panel} popover="auto" className={classNames(popoverClass, styles.menu)}>
      <MenuList label={label} items={items} close={onClose} />
    </div>
  )
}

function MenuList({ label, items, close }: { label: string; items: readonly MenuItem[]; close: () => void }) {
  const list = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent) => {
    const entries = [...(list.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]
    const index = entries.indexOf(document.activeElement as HTMLElement)
    const next = nextEntry(event.key, index, entries)
    if (event.key === 'Tab') close()
    if (next === null) return
    event.preventDefault()
    entries[next]?.focus()
  }
  return (
    <div role="menu" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {items.map((item, index) =>
        item.kind === 'separator' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: separators have no identity of their own
          <hr key={`separator-${index}`} className={styles.separator} />
        ) : (
          // biome-ignore lint/a11y/useAriaPropsSupportedByRole: only the menuitemradio is checked
          <button
            key={item.label}
            type="button"
            role={item.kind === 'choice' ? 'menuitemradio' : 'menuitem'}
            aria-checked={item.kind === 'choice' ? item.checked : undefined}
            tabIndex={-1}
            className={styles.item}
            onClick={() => {
              close()
              item.run()
            }}
          >
            <span className={styles.icon}>
              {item.kind === 'choice' && item.checked && <Icon name="check" />}
              {item.kind === 'action' && item.icon && <Icon name={item.icon} />}
            </span>
            <span className={styles.label}>{item.label}</span>
            {item.kind === 'action' && item.keys && <kbd className={styles.keys}>{item.keys}</kbd>}
          </button>
        ),
      )}
    </div>
  )
}

function nextEntry(key: string, index: number, entries: readonly HTMLElement[]): number | null {
  const count = entries.length
  if (count === 0) return null
  if (key === 'ArrowDown') return (index + 1) % count
  if (key === 'ArrowUp') return (index - 1 + count) % count
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  if (key.length !== 1) return null
  const letter = key.toLowerCase()
  const startsWithLetter = (at: number) => entries[at % count]?.textContent?.trim().toLowerCase().startsWith(letter)
  for (let step = 1; step <= count; step++) if (startsWithLetter(index + step)) return (index + step) % count
  return null
}
