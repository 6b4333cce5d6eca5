import { svgUrl } from './icons'

/**
 * The pictures of states and headers, drawn for this product as paper cuts:
 * flat red and gold on a moon of pale gold.
 */

const RED = '#b1221b'
const DARK = '#8a1411'
const GOLD = '#e6bb66'
const MOON = '#f8e7c3'
const CREAM = '#fff3da'
const INK = '#a98a5f'

const cloud = (x: number, y: number, s: number, c: string) =>
  `<path transform="translate(${x} ${y}) scale(${s})" d="M2 14h34a7 7 0 0 0 0-14 8 8 0 0 0-7 4A10 10 0 0 0 10 5 5.5 5.5 0 0 0 2 14z" fill="${c}"/>`

const scene = (inside: string) =>
  svgUrl(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 150"><circle cx="100" cy="76" r="66" fill="${MOON}"/>${cloud(14, 96, 1, '#fff')}${cloud(148, 44, 0.9, '#fff')}${inside}${cloud(128, 122, 1.2, '#fff')}</svg>`,
  )

const lanternShape = `<path d="M100 16v18M86 34h28v7H86zM86 99h28v7H86z" fill="${GOLD}" stroke="${GOLD}" stroke-width="2"/><ellipse cx="100" cy="70" rx="38" ry="31" fill="${RED}"/><path d="M100 39c-14 9-14 53 0 62M100 39c14 9 14 53 0 62M84 42c-20 12-20 44 0 56M116 42c20 12 20 44 0 56" fill="none" stroke="${GOLD}" stroke-width="1.8"/><path d="M92 106v22M100 106v27M108 106v22" stroke="${RED}" stroke-width="3" stroke-linecap="round"/>`

const SCENES = {
  lantern: scene(lanternShape),
  offline: scene(
    `<path d="M58 96h80a21 21 0 0 0 3-41.8A31 31 0 0 0 82 47a25 25 0 0 0-24 49z" fill="#fff" stroke="${INK}" stroke-width="4"/><path d="m84 62 32 32m0-32-32 32" stroke="${RED}" stroke-width="7" stroke-linecap="round"/>`,
  ),
  gate: scene(
    `<path d="M52 40h96l10 12H42z" fill="${DARK}"/><path d="M54 52h92v76H54z" fill="${DARK}"/><path d="M60 58h38v70H60zM102 58h38v70h-38z" fill="${RED}"/>` +
      [68, 79, 90, 110, 121, 132].map(x => [68, 80].map(y => `<circle cx="${x}" cy="${y}" r="2.6" fill="${GOLD}"/>`).join('')).join('') +
      `<circle cx="91" cy="100" r="6" fill="none" stroke="${GOLD}" stroke-width="3"/><circle cx="109" cy="100" r="6" fill="none" stroke="${GOLD}" stroke-width="3"/>`,
  ),
  empty: scene(
    `<path d="M66 58h68v70H66z" fill="${DARK}"/><path d="M66 58 100 24l34 34z" fill="${RED}"/><path d="M66 58c8 34 60 34 68 0v66a6 6 0 0 1-6 6H72a6 6 0 0 1-6-6z" fill="${RED}"/><path d="M66 58c8 34 60 34 68 0" fill="none" stroke="${GOLD}" stroke-width="3"/><circle cx="100" cy="104" r="9" fill="${GOLD}"/>`,
  ),
  list: scene(
    `<path d="M62 34h72v86H62z" fill="#fffdf8" stroke="${INK}" stroke-width="3"/><path d="M54 30h88v10H54zM54 114h88v10H54z" fill="${RED}"/><path d="M74 54h34M74 68h48M74 82h26" stroke="${INK}" stroke-width="4" stroke-linecap="round"/><path d="M106 84h20v20h-20z" fill="none" stroke="${RED}" stroke-width="4"/><path d="M112 90h8v8h-8z" fill="${RED}"/>`,
  ),
  tea: scene(
    `<path d="M60 74h80c0 30-14 46-40 46s-40-16-40-46z" fill="${RED}"/><path d="M70 84c4 20 12 28 22 32" stroke="${GOLD}" stroke-width="3" fill="none" stroke-linecap="round"/><ellipse cx="100" cy="74" rx="40" ry="8" fill="${GOLD}"/><ellipse cx="100" cy="74" rx="33" ry="5" fill="#8b5a22"/><path d="M52 122h96c-6 10-90 10-96 0z" fill="${DARK}"/><path d="M84 60c-8-10 8-14 0-26M101 58c-8-10 8-14 0-26M118 60c-8-10 8-14 0-26" stroke="${INK}" stroke-width="3.5" fill="none" stroke-linecap="round"/>`,
  ),
  knot: scene(
    `<path d="M100 14v16" stroke="${RED}" stroke-width="4"/><g fill="none" stroke="${RED}" stroke-width="7"><circle cx="74" cy="50" r="11"/><circle cx="126" cy="50" r="11"/><circle cx="74" cy="80" r="11"/><circle cx="126" cy="80" r="11"/></g><path d="m100 30 35 35-35 35-35-35z" fill="${RED}"/><path d="m100 43 22 22-22 22-22-22zM89 54l22 22M111 54 89 76" fill="none" stroke="${GOLD}" stroke-width="3.5"/><path d="M93 100h14v9H93z" fill="${GOLD}"/><path d="M95 109v26M100 109v30M105 109v26" stroke="${RED}" stroke-width="3" stroke-linecap="round"/>`,
  ),
  clock: scene(
    `<circle cx="100" cy="76" r="42" fill="${RED}"/><circle cx="100" cy="76" r="33" fill="${CREAM}"/><path d="M100 54v22l15 10" fill="none" stroke="${RED}" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/><path d="M100 47v4M100 101v4M71 76h4M125 76h4" stroke="${DARK}" stroke-width="4" stroke-linecap="round"/><path d="M88 32h24v6H88z" fill="${GOLD}"/>`,
  ),
} as const

export type SceneName = keyof typeof SCENES

export function sceneUrl(name: SceneName): string {
  return SCENES[name]
}

/** Rows of waves (海水纹), to lie faintly over red. */
export const WAVES = svgUrl(
  `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="24" viewBox="0 0 48 24"><g fill="none" stroke="${GOLD}" stroke-width="1.1">` +
    [
      [0, 24],
      [48, 24],
      [24, 12],
    ]
      .map(([x, y]) => [22, 16, 10, 4].map(r => `<circle cx="${x}" cy="${y}" r="${r}"/>`).join(''))
      .join('') +
    `</g></svg>`,
)

/** A lantern on its string, for the header. */
export const LANTERN = svgUrl(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 130"><path d="M30 0v44" stroke="${GOLD}" stroke-width="1.5"/><path d="M21 42h18v5H21zM21 87h18v5H21z" fill="${GOLD}"/><ellipse cx="30" cy="67" rx="25" ry="20.5" fill="#d8352a"/><ellipse cx="30" cy="67" rx="13" ry="18" fill="#e8553f" opacity=".55"/><path d="M30 47c-9 6-9 34 0 40M30 47c9 6 9 34 0 40M19 49c-13 8-13 28 0 36M41 49c13 8 13 28 0 36" fill="none" stroke="${GOLD}" stroke-width="1.3"/><path d="M25 92v20M30 92v26M35 92v20" stroke="${GOLD}" stroke-width="1.8" stroke-linecap="round"/></svg>`,
)

/** Banks of clouds in deeper and deeper red, for the foot of a red page. */
export const NIGHT = svgUrl(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 390 240" preserveAspectRatio="xMidYMax slice"><g stroke="${GOLD}" stroke-opacity=".45" stroke-width="1.2"><path d="M-4 240v-96c30-34 80-28 96 6 20-44 92-44 108 4 14-26 58-24 70 6 18-40 86-44 104-2 8-10 18-12 24-10v92z" fill="#98211b"/><path d="M-4 240v-60c20-22 56-20 70 4 18-38 84-38 100 2 16-28 66-28 80 4 22-36 80-36 96-2 16-22 44-20 56-6v58z" fill="#ab2a21"/><path d="M-4 240v-26c24-20 60-18 76 2 22-28 74-28 92 0 20-24 62-22 78 2 22-26 66-26 84-2 20-18 48-16 68 0v24z" fill="#bd382c"/></g></svg>`,
)

/** The lower edge of the header: a bank of clouds in the colour of the page. */
export const CLOUDS = svgUrl(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 390 34" preserveAspectRatio="none"><path d="M0 34V22c14-16 40-14 50 0 12-22 52-22 62 2 10-10 28-8 34 2 8-26 58-30 72-4 8-14 34-14 40 0 14-20 52-18 60 2 8-12 36-14 42-2 6-8 20-10 30-2v16z" fill="#fbf4e6"/></svg>`,
)
