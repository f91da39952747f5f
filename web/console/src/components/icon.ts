import { h, type FunctionalComponent } from 'vue'

/** Line icons on a 24-pixel grid. They stand beside words or inside something that has a name, and say nothing themselves. */
const paths = {
  chats:
    'M4 12c0-4.400 3.600-7.500 8-7.500s8 3.100 8 7.500-3.600 7.500-8 7.500c-1 0-2-.2-2.900-.5L5 20l.8-3.200A7 7 0 0 1 4 12Z',
  documents: 'M7 3.500h7l4 4V20.500H7ZM14 3.500v4h4M10 12.500h5M10 16h5',
  faqs: 'M9.300 9a2.800 2.800 0 1 1 4.200 2.500c-1 .6-1.500 1.100-1.500 2.200M12 17h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  explain:
    'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM15.500 15.500 20 20M8 10.500l1.800 1.800 3.200-3.600',
  search: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM15.500 15.500 20 20',
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6 6 18',
  details: 'M4 5h16v14H4ZM14.500 5v14',
  send: 'M12 19V5.500M6 11l6-6 6 6',
  plus: 'M12 5v14M5 12h14',
  trash: 'M5 7h14M10 7V4.500h4V7M7 7l.8 12.500h8.400L17 7M10.500 11v5M13.500 11v5',
  edit: 'M4.500 19.500l.8-3.800L16 5l3 3L8.300 18.700ZM14 7l3 3',
  upload: 'M12 16V5M7.500 9.500 12 5l4.500 4.500M5 19h14',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  alert: 'M12 4 2.800 19.500h18.400ZM12 10v4.500M12 17h.01',
  user: 'M12 12a3.800 3.800 0 1 0 0-7.600 3.800 3.800 0 0 0 0 7.600ZM5 20c.6-3.400 3.500-5 7-5s6.400 1.600 7 5',
  down: 'm6 9.500 6 6 6-6',
  bell: 'M6 16.500V11a6 6 0 1 1 12 0v5.500l1.500 2h-15ZM10 21h4',
  sound:
    'M4.500 9.500v5H8l4.500 4v-13L8 9.500ZM16 9c1.600 1.800 1.600 4.200 0 6M18.500 6.500c3 3.300 3 7.700 0 11',
  theme: 'M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500Z',
  globe:
    'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c2.500 2.500 3.800 5.500 3.800 9s-1.300 6.500-3.800 9c-2.500-2.500-3.800-5.500-3.800-9S9.500 5.500 12 3Z',
  exit: 'M14 4.500H6v15h8M10.500 12H20M16.500 8.500 20 12l-3.500 3.500',
} as const

export type IconName = keyof typeof paths

export const Icon: FunctionalComponent<{ name: IconName; size?: number }> = ({ name, size = 20 }) =>
  h(
    'svg',
    {
      viewBox: '0 0 24 24',
      width: size,
      height: size,
      fill: 'none',
      stroke: 'currentColor',
      'stroke-width': 1.6,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
      'aria-hidden': 'true',
      style: 'flex:none',
    },
    [h('path', { d: paths[name] })],
  )
Icon.props = ['name', 'size']
