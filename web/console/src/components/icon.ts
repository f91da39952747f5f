import { h, type FunctionalComponent } from 'vue'

/** Line icons on a 24-pixel grid. They stand beside words or inside something that has a name, and say nothing themselves. */
const paths = {
  chats: 'M4 12c0-4.4 3.6-7.5 8-7.5s8 3.1 8 7.5-3.6 7.5-8 7.5c-1 0-2-.2-2.9-.5L5 20l.8-3.2A7 7 0 0 1 4 12Z',
  documents: 'M7 3.5h7l4 4V20.5H7ZM14 3.5v4h4M10 12.5h5M10 16h5',
  faqs: 'M9.3 9a2.8 2.8 0 1 1 4.2 2.5c-1 .6-1.5 1.1-1.5 2.2M12 17h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z',
  explain: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20M8 10.5l1.8 1.8 3.2-3.6',
  intents: 'M12 3.5 20 8v8l-8 4.5L4 16V8ZM4 8l8 4.5L20 8M12 12.5v8',
  lessons: 'M3 9.5 12 5l9 4.5-9 4.5ZM7 11.5V16c3 2.3 7 2.3 10 0v-4.5M21 9.5V15',
  training: 'M4 19.5h16M6.5 16v-4M11 16V8.5M15.5 16v-6M20 16V5',
  systems: 'M5 4.5h14v5.5H5ZM5 14h14v5.5H5ZM8 7.2h.01M8 16.8h.01M12 10v4',
  reports: 'M4 19.5h16M5.5 15l4-5 4 3 5.5-7.5',
  settings:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 7m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0M9 17m-2 0a2 2 0 1 0 4 0 2 2 0 1 0-4 0',
  copy: 'M9 9h10v11H9ZM5 15V4h10',
  more: 'M5 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0ZM11 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0ZM17 12a1 1 0 1 0 2 0 1 1 0 1 0-2 0Z',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20',
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6 6 18',
  details: 'M4 5h16v14H4ZM14.5 5v14',
  send: 'M12 19V5.5M6 11l6-6 6 6',
  plus: 'M12 5v14M5 12h14',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5',
  edit: 'M4.5 19.5l.8-3.8L16 5l3 3L8.3 18.7ZM14 7l3 3',
  upload: 'M12 16V5M7.5 9.5 12 5l4.5 4.5M5 19h14',
  clip: 'M18.5 11.5 12 18a4 4 0 0 1-5.7-5.7l7-7a2.7 2.7 0 0 1 3.8 3.8l-6.8 6.8a1.3 1.3 0 0 1-1.9-1.9l6-6',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  alert: 'M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17h.01',
  user: 'M12 12a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6ZM5 20c.6-3.4 3.5-5 7-5s6.4 1.6 7 5',
  down: 'm6 9.5 6 6 6-6',
  bell: 'M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 2h-15ZM10 21h4',
  sound: 'M4.5 9.5v5H8l4.5 4v-13L8 9.5ZM16 9c1.6 1.8 1.6 4.2 0 6M18.5 6.5c3 3.3 3 7.7 0 11',
  theme: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  globe:
    'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3 12h18M12 3c2.5 2.5 3.8 5.5 3.8 9s-1.3 6.5-3.8 9c-2.5-2.5-3.8-5.5-3.8-9S9.5 5.5 12 3Z',
  exit: 'M14 4.5H6v15h8M10.5 12H20M16.5 8.5 20 12l-3.5 3.5',
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
