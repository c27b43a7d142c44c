import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** The editor in the colours and sizes of the rest of the page; both themes come from its tokens. */
export const EDITOR_THEME = [
  EditorView.theme({
    '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: 'var(--size-small)' },
    '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
    '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.5' },
    '.cm-content': { caretColor: 'var(--text)' },
    '.cm-cursor': { borderLeftColor: 'var(--text)' },
    '.cm-gutters': { border: 'none', color: 'var(--text-muted)', backgroundColor: 'var(--surface-sunken)' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--surface-hover)' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
      background: 'var(--surface-selected)',
    },
    '.cm-placeholder': { color: 'var(--text-muted)' },
    '.cm-tooltip': {
      border: '1px solid var(--border-strong)',
      borderRadius: 'var(--radius)',
      color: 'var(--text)',
      backgroundColor: 'var(--surface-raised)',
      boxShadow: 'var(--shadow)',
      fontFamily: 'var(--font-text)',
    },
    '.cm-diagnostic': { padding: 'var(--space-1) var(--space-2)' },
    '.cm-diagnostic-error': { borderLeft: '3px solid var(--error)' },
    '.cm-diagnostic-warning': { borderLeft: '3px solid var(--notice)' },
    '.cm-lintRange-error': { backgroundImage: 'none', borderBottom: '2px dotted var(--error)' },
    '.cm-lintRange-warning': { backgroundImage: 'none', borderBottom: '2px dotted var(--notice)' },
    '.cm-lint-marker-error, .cm-lint-marker-warning': { content: 'none', width: '0.75em', height: '0.75em' },
    '.cm-lint-marker-error': { background: 'var(--error)', borderRadius: '50%' },
    '.cm-lint-marker-warning': { background: 'var(--notice)', transform: 'rotate(45deg) scale(0.8)' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: tags.comment, color: 'var(--text-muted)', fontStyle: 'italic' },
      { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
      { tag: [tags.number, tags.bool, tags.null], color: 'var(--would-allow)' },
      { tag: [tags.meta, tags.separator, tags.punctuation], color: 'var(--text-muted)' },
    ]),
  ),
]
