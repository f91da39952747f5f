import { h } from './dom.ts'
/** Line icons on a 24-pixel grid, drawn for this widget. Always inside something that has a name. */
export const CHAT =
  'M4 12c0-4 3.6-7.5 8-7.5s8 3.5 8 7.5-3.6 7.5-8 7.5c-1 0-2-.2-3-.5L5 20l1-3.5a7 7 0 0 1-2-4.5M9 12h0M12 12h0M15 12h0'
export const DOWN = 'm6 9.5 6 6 6-6'
export const CLIP =
  'M18.5 11.5 12 18a4 4 0 0 1-5.7-5.7l7-7a2.7 2.7 0 0 1 3.8 3.8l-6.8 6.8a1.3 1.3 0 0 1-1.9-1.9l6-6'
export const UP = 'M12 19V5.5M6 11l6-6 6 6'

export function Icon({ d }: { d: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={d} />
    </svg>
  )
}
