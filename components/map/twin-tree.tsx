'use client'

import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import { kindWord, nodeFacts } from '@/components/graph/node-facts'
import { useGraphClient, useGraphStore } from '@/components/live/live-provider'
import { selectionOf } from '@/components/live/selection'
import { useViewState } from '@/components/live/use-view-state'
import { formatCount } from '@/components/ui/format'
import { Icon } from '@/components/ui/icon'
import { SeverityMark } from '@/components/ui/severity-mark'
import type { GraphNode } from '@/lib/graph/topology'
import { goIn } from './go-in'
import type { MapTarget } from './map-target'
import { type TwinBranch, twinTree } from './twin-rows'
import styles from './twin-tree.module.css'

type Line = { readonly branch: TwinBranch; readonly depth: number; readonly isOpen: boolean; readonly parent: string | null }

/** More lines than this are not rendered at once; the table shows everything. */
const MOST_LINES = 1_000

/**
 * The nodes of the map as a tree: the same selection, arrow keys open, close and move, a double click or a second Enter
 * goes in, the menu key opens the menu.
 */
export function TwinTree({ onMenu }: { onMenu: (target: MapTarget, x: number, y: number) => void }) {
  const store = useGraphStore()
  const version = useGraphClient().store.getVersion()
  const [view, changeView] = useViewState()
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const [active, setActive] = useState<string | null>(null)
  const list = useRef<HTMLDivElement>(null)
  // The store changes in place; its version says when.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const branches = useMemo(() => twinTree(store), [store, version])
  const lines = flatten(branches, closed)
  const shown = lines.slice(0, MOST_LINES)
  const current = shown.find((line) => line.branch.node.id === active) ?? shown[0]

  const focus = (id: string | undefined | null) => {
    if (id === undefined || id === null) return
    setActive(id)
    const index = shown.findIndex((line) => line.branch.node.id === id)
    list.current?.querySelectorAll<HTMLElement>('[role=treeitem]')[index]?.focus()
  }
  const setOpen = (id: string, isOpen: boolean) =>
    setClosed((before) => {
      const next = new Set(before)
      if (isOpen) next.delete(id)
      else next.add(id)
      return next
    })
  const enter = (node: GraphNode) => {
    const inside = goIn(view, node)
    if (inside !== null) changeView(inside)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (current === undefined) return
    const index = shown.indexOf(current)
    const { node, children } = current.branch
    if (event.key === 'ArrowDown') focus(shown[index + 1]?.branch.node.id)
    else if (event.key === 'ArrowUp') focus(shown[index - 1]?.branch.node.id)
    else if (event.key === 'Home') focus(shown[0]?.branch.node.id)
    else if (event.key === 'End') focus(shown.at(-1)?.branch.node.id)
    else if (event.key === 'ArrowRight' && children.length > 0) {
      if (current.isOpen) focus(children[0]?.node.id)
      else setOpen(node.id, true)
    } else if (event.key === 'ArrowLeft') {
      if (children.length > 0 && current.isOpen) setOpen(node.id, false)
      else focus(current.parent)
    } else if (event.key === 'Enter' && view.selection === selectionOf(node)) enter(node)
    else if (event.key === 'Enter' || event.key === ' ') changeView({ selection: selectionOf(node) }, 'replace')
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      const box = (event.target as HTMLElement).getBoundingClientRect()
      onMenu({ kind: 'node', node }, box.left + 24, box.bottom)
    } else return
    event.preventDefault()
  }

  return (
    <div className={styles.twin}>
      <div className={styles.box}>
        <div ref={list} role="tree" aria-label="Things on the map" className={styles.tree} onKeyDown={onKeyDown}>
          {shown.map(({ branch, depth, isOpen }) => {
            const { node, children, denied } = branch
            const facts = nodeFacts(node, null)
            return (
              <div
                key={node.id}
                role="treeitem"
                aria-level={depth + 1}
                aria-expanded={children.length > 0 ? isOpen : undefined}
                aria-selected={view.selection === selectionOf(node)}
                tabIndex={node.id === current?.branch.node.id ? 0 : -1}
                className={styles.item}
                style={{ paddingInlineStart: `${0.5 + depth * 1.25}rem` }}
                onFocus={() => setActive(node.id)}
                onClick={() => changeView({ selection: selectionOf(node) }, 'replace')}
                onDoubleClick={() => enter(node)}
                onContextMenu={(event) => {
                  event.preventDefault()
                  onMenu({ kind: 'node', node }, event.clientX, event.clientY)
                }}
              >
                <span
                  className={styles.twist}
                  aria-hidden="true"
                  onClick={(event) => {
                    if (children.length === 0) return
                    event.stopPropagation()
                    setOpen(node.id, !isOpen)
                  }}
                >
                  {children.length > 0 && <Icon name={isOpen ? 'down' : 'right'} size={12} />}
                </span>
                <bdi className={styles.name}>{node.name}</bdi>
                <span className={styles.kind}>{node.kind === 'workload' || node.kind === 'entry' ? '' : kindWord(node)}</span>
                <span className={styles.fact}>{facts.subtitle}</span>
                {facts.shield !== null && facts.shield !== 'none' && (
                  <span className={styles.fact}>
                    isolated: {facts.shield}
                    {facts.isEnforced ? '' : ', not enforced'}
                  </span>
                )}
                {denied > 0 && <span className={styles.denied}>✕ {formatCount(denied)} denied</span>}
                {facts.findings !== null && (
                  <span className={styles.problem}>
                    <SeverityMark severity={facts.findings.worst} isSilent /> {facts.findings.words}
                  </span>
                )}
                {facts.problem !== null && <span className={styles.problem}>! {facts.problem}</span>}
              </div>
            )
          })}
        </div>
        {lines.length > shown.length && (
          <p className={styles.more}>
            {formatCount(lines.length - shown.length)} more lines: close branches or narrow the filter to see them.
          </p>
        )}
      </div>
    </div>
  )
}

function flatten(branches: readonly TwinBranch[], closed: ReadonlySet<string>, depth = 0, parent: string | null = null): readonly Line[] {
  return branches.flatMap((branch) => {
    const isOpen = !closed.has(branch.node.id)
    const line: Line = { branch, depth, isOpen, parent }
    return isOpen ? [line, ...flatten(branch.children, closed, depth + 1, branch.node.id)] : [line]
  })
}
