'use client'

import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { EditorState, type Text } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view'
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import type { DraftProblem } from '@/lib/api/diff-document'
import styles from './draft-editor.module.css'
import { EDITOR_THEME } from './editor-theme'

export type EditorHandle = {
  /** Puts the cursor at a line, counted from 1, in the middle of the view. */
  readonly goTo: (line: number) => void
}

/** YAML with its problems at their lines. Tab leaves the editor; Ctrl ] and Ctrl [ indent. */
export function DraftEditor({
  text,
  onText,
  problems,
  ref,
}: {
  text: string
  onText: (text: string) => void
  problems: readonly DraftProblem[]
  ref: Ref<EditorHandle>
}) {
  const box = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const latest = useRef(onText)
  latest.current = onText
  const first = useRef(text)

  useEffect(() => {
    if (box.current === null) return
    const editor = new EditorView({
      parent: box.current,
      state: EditorState.create({ doc: first.current, extensions: extensions(latest) }),
    })
    view.current = editor
    return () => {
      view.current = null
      editor.destroy()
    }
  }, [])

  useEffect(() => {
    const editor = view.current
    if (editor === null || editor.state.doc.toString() === text) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } })
  }, [text])

  useEffect(() => {
    const editor = view.current
    if (editor !== null)
      editor.dispatch(
        setDiagnostics(
          editor.state,
          problems.flatMap((problem) => diagnosticOf(problem, editor.state.doc)),
        ),
      )
  }, [problems])

  useImperativeHandle(ref, () => ({
    goTo: (line) => {
      const editor = view.current
      if (editor === null) return
      const { from } = editor.state.doc.line(Math.min(Math.max(line, 1), editor.state.doc.lines))
      editor.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) })
      editor.focus()
    },
  }))

  return <div ref={box} className={styles.editor} />
}

function extensions(latest: { readonly current: (text: string) => void }) {
  return [
    // The browser takes style elements only with the nonce that came with the page.
    EditorView.cspNonce.of(document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? ''),
    lineNumbers(),
    lintGutter(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    drawSelection(),
    history(),
    indentOnInput(),
    bracketMatching(),
    yaml(),
    placeholder('Paste or drop YAML here.'),
    keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
    EditorView.contentAttributes.of({
      'aria-label': 'Draft, as YAML',
      spellcheck: 'false',
      autocapitalize: 'off',
      autocorrect: 'off',
      tabindex: '0',
    }),
    EditorView.domEventHandlers({ beforeinput: typeOverSelection }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) latest.current(update.state.doc.toString())
    }),
    EDITOR_THEME,
  ]
}

/**
 * Typing over a selection changes the text without the browser's own editing, which would keep the look of what was there in a
 * style attribute that the page's rules refuse.
 */
function typeOverSelection(event: InputEvent, view: EditorView): boolean {
  if (event.inputType !== 'insertText' || event.data === null || view.composing || view.state.selection.main.empty) return false
  event.preventDefault()
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true })
  return true
}

/** From the problem's place to the end of its line. */
function diagnosticOf({ line, column, severity, message }: DraftProblem, doc: Text): readonly Diagnostic[] {
  if (line === null || line > doc.lines) return []
  const { from, to } = doc.line(line)
  return [{ from: Math.min(from + (column ?? 1) - 1, to), to, severity, message }]
}
