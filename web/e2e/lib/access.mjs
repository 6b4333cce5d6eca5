/** What a person can act on, by the role that the browser computes. */
const acting = new Set(['button', 'link', 'textbox', 'searchbox', 'combobox', 'checkbox', 'radio', 'switch', 'tab', 'spinbutton', 'slider', 'menuitem'])

/** A thumb needs that many CSS pixels each way. */
const thumb = 44

/** What keeps people from using a page: controls without a name, sideways scrolling, and on a phone targets too small for a thumb. */
export async function hindrances(page, touch) {
  const bare = (await nameless(page)).map((control) => `no name: ${control}`)
  const small = touch ? (await tooSmall(page)).map((target) => `below ${thumb} px: ${target}`) : []
  const wide = (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) ? ['scrolls sideways'] : []
  return [...bare, ...small, ...wide]
}

/** The controls that a screen reader could not name, as the browser's own accessibility tree has them. */
async function nameless(page) {
  const session = await page.context().newCDPSession(page)
  try {
    const { nodes } = await session.send('Accessibility.getFullAXTree')
    const bare = nodes.filter((n) => !n.ignored && acting.has(n.role?.value) && !n.name?.value?.trim())
    return await Promise.all(bare.map((n) => describe(session, n)))
  } finally {
    await session.detach()
  }
}

async function describe(session, node) {
  const { node: element } = await session.send('DOM.describeNode', { backendNodeId: node.backendDOMNodeId })
  return `${node.role.value} <${element.localName} ${(element.attributes ?? []).join(' ')}>`
}

function tooSmall(page) {
  return page.evaluate((least) => {
    const targets = 'button, [role=button], [role=tab], [role=switch], [role=link], [role=radio], [role=checkbox], a[href], input'
    const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    return [...document.querySelectorAll(targets)]
      .filter((e) => shown(e) && !e.parentElement.closest(targets))
      .map((e) => ({ e: e.localName === 'input' ? (e.closest('uni-input') ?? e) : e }))
      .map(({ e }) => ({ e, box: e.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && Math.min(box.width, box.height) < least - 0.5)
      .map(({ e, box }) => `${e.getAttribute('aria-label') ?? e.textContent.trim()}: ${Math.round(box.width)} × ${Math.round(box.height)}`)
  }, thumb)
}
