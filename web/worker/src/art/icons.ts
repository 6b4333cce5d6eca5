/** Line icons on a 24 × 24 grid, drawn for this product. */
const PATHS = {
  back: '<path d="M15 4.5 7.5 12l7.5 7.5"/>',
  next: '<path d="M9 4.5 16.5 12 9 19.5"/>',
  down: '<path d="M4.5 8.5 12 16l7.5-7.5"/>',
  mic: '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3M8.5 21h7"/>',
  camera: '<path d="M4 8h3l1.6-2.5h6.8L17 8h3a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1z"/><circle cx="12" cy="13" r="3.6"/>',
  brush: '<path d="M19.5 3.5 10 13M9.5 12.5c2 .2 2.6 1.2 2.5 2.8-.2 3-3.3 4.7-7.5 4.2 1.6-1 1.5-2.6 2-4.2.5-1.7 1.5-2.9 3-2.8z"/>',
  scroll: '<path d="M7 4h11v13a3 3 0 0 0 3 3H9a3 3 0 0 1-3-3V6a2 2 0 1 0-3 1.7V9h3M10 9h5M10 13h5"/>',
  envelope: '<rect x="4.5" y="3" width="15" height="18" rx="2"/><path d="M4.5 7.5c4.5 4 10.5 4 15 0"/><circle cx="12" cy="11.5" r="2.2"/>',
  check: '<path d="m4.5 12.5 5 5 10-11"/>',
  cross: '<path d="m5.5 5.5 13 13m0-13-13 13"/>',
  clock: '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.3l3.5 2"/>',
  people: '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.3-4 2.7-6.3 6.5-6.3s6.2 2.3 6.5 6.3M15.5 4.8a3.3 3.3 0 0 1 0 6.4M17.7 14.3c2.3.8 3.6 2.7 3.8 5.7"/>',
  play: '<path d="M7.5 4.5v15l12-7.5z" fill="currentColor"/>',
  pause: '<path d="M8 5v14M16 5v14" stroke-width="3.5"/>',
  stop: '<rect x="6" y="6" width="12" height="12" rx="2" fill="currentColor"/>',
  again: '<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3v4.5H15"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  home: '<path d="M3.5 11.5 12 4l8.5 7.5M6 10v9.5h12V10M10 19.5v-5h4v5"/>',
  gift: '<path d="M4.5 11h15v9.5h-15zM3 7h18v4H3zM12 7v13.5M12 7C9 7 7 6 7 4.5S9.5 2.5 12 7c2.5-4.5 5-4 5-2.5S15 7 12 7z"/>',
  shield: '<path d="M12 3c2.5 1.7 5 2.5 7.5 2.5 0 7-1.5 12-7.5 15.5C6 17.5 4.5 12.5 4.5 5.5 7 5.5 9.5 4.7 12 3z"/><path d="m8.5 12 2.5 2.5 4.5-5"/>',
  copy: '<rect x="8" y="8" width="12" height="13" rx="1.5"/><path d="M16 8V4.5A1.5 1.5 0 0 0 14.5 3h-9A1.5 1.5 0 0 0 4 4.5v11A1.5 1.5 0 0 0 5.5 17H8"/>',
  save: '<path d="M12 3.5v12M7 11l5 5 5-5M4 20.5h16"/>',
  pin: '<path d="M12 21.5c4.7-5 7-8.5 7-11.5a7 7 0 0 0-14 0c0 3 2.3 6.5 7 11.5z"/><circle cx="12" cy="10" r="2.5"/>',
  info: '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.6v.1" stroke-width="2.4"/>',
  lock: '<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>',
  leave: '<path d="M14 4H5v16h9M10 12h11M17 8l4 4-4 4"/>',
  wechat: '<path d="M9.5 4C5.4 4 2.5 6.6 2.5 9.9c0 1.9 1 3.5 2.6 4.6l-.6 2.3 2.6-1.3c.8.2 1.5.3 2.4.3M9.5 4c3.4 0 6.3 2 6.8 4.7M21.5 14.2c0-2.9-2.7-5.2-6-5.2s-6 2.3-6 5.2 2.7 5.2 6 5.2c.7 0 1.4-.1 2-.3l2.2 1.1-.5-2c1.4-1 2.3-2.4 2.3-4z"/>',
} as const

export type IconName = keyof typeof PATHS

/** An icon as a data address, since a mini-program has no inline SVG. */
export function iconUrl(name: IconName, colour: string, weight = 1.9): string {
  return svgUrl(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="${colour}" color="${colour}" stroke-width="${weight}" stroke-linecap="round" stroke-linejoin="round">${PATHS[name]}</svg>`,
  )
}

/** Any SVG text as an address for a CSS background. */
export function svgUrl(svg: string): string {
  return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`
}
