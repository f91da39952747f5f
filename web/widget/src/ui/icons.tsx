/** Line icons on a 24-pixel grid, drawn for this widget. Always beside or inside something that has a name. */
function Icon({ d }: { d: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8">
      <path d={d} stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  )
}

export const ChatIcon = () => (
  <Icon d="M4 11.5C4 7.4 7.6 4 12 4s8 3.400 8 7.500-3.600 7.500-8 7.500c-1 0-2-.2-2.900-.5L5 20l.8-3.600A7.200 7.200 0 0 1 4 11.500ZM9 11.500h.01M12 11.500h.01M15 11.500h.01" />
)
export const CloseIcon = () => <Icon d="m6 9.500 6 6 6-6" />
export const SendIcon = () => <Icon d="M12 19V5.500M6 11l6-6 6 6" />
export const PersonIcon = () => (
  <Icon d="M12 12a3.800 3.800 0 1 0 0-7.600 3.800 3.800 0 0 0 0 7.600ZM5 20c.6-3.400 3.500-5 7-5s6.400 1.600 7 5" />
)
