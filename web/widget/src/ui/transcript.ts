import type { PanelProps } from './panel.tsx'

/** The conversation as a text file of the visitor's own. */
export function saveTranscript({ state, t }: Pick<PanelProps, 'state' | 't'>): void {
  const lines = state.messages.map(({ created_at, sender: { kind, name }, content }) => {
    const who = kind === 'visitor' ? t.you : kind === 'bot' ? t.bot : name || t.title
    return `${new Date(created_at).toLocaleString()} ${who}: ${'text' in content ? content.text : content.name}`
  })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([lines.join('\n')], { type: 'text/plain;charset=utf-8' }))
  link.download = `${state.inbox?.name ?? t.title}.txt`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 9_999)
}
