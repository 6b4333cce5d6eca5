import assert from 'node:assert/strict'

/**
 * Sees everything that the browsers of all people ask for and complain about.
 * A refusal by the server is a fault unless it was announced with `expect`.
 */
export class Witness {
  #origin
  #faults = []
  #expected = []
  requests = 0

  constructor(origin) {
    this.#origin = origin
  }

  /** Announces that a request may be answered with that status; it must happen. */
  expect(status, method, url) {
    this.#expected.push({ status, method, url, met: false })
  }

  async watch(context, who) {
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (e) => console.error(`content policy: ${e.violatedDirective} refused ${e.blockedURI}`))
    })
    context.on('request', (request) => this.#asked(request, who))
    context.on('response', (response) => this.#answered(response, who))
    context.on('weberror', (thrown) => this.#fault(`${who}: ${thrown.error().stack ?? thrown.error()}`))
    context.on('console', (message) => this.#said(message, who))
  }

  /** Everything that should not have been, in the order in which it was. */
  verdict() {
    const missing = this.#expected.filter((e) => !e.met).map((e) => `never happened: ${e.status} of ${e.method} ${e.url}`)
    return [...this.#faults, ...missing]
  }

  #fault(text) {
    this.#faults.push(text)
  }

  #asked(request, who) {
    const url = new URL(request.url())
    this.requests++
    if (url.protocol === 'data:' || url.protocol === 'blob:') return
    if (url.origin !== this.#origin) this.#fault(`${who}: left the product's own origin for ${request.url()}`)
  }

  #answered(response, who) {
    if (response.status() < 400) return
    const method = response.request().method()
    const { pathname } = new URL(response.url())
    const known = this.#expected.find((e) => e.status === response.status() && e.method === method && e.url.test(pathname))
    if (known) known.met = true
    else this.#fault(`${who}: ${response.status()} of ${method} ${pathname}`)
  }

  // The browser repeats every refused request on its console; #answered has judged it.
  #said(message, who) {
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return
    this.#fault(`${who}: console says ${message.text()}`)
  }
}

/** Fails with all that the witness has against the product. */
export function assertNothingAgainst(witness) {
  assert.deepEqual(witness.verdict(), [])
}
