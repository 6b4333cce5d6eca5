import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.mjs'

const built = fileURLToPath(new URL('../../../bin/nianwei', import.meta.url))

/** The binary under test: NIANWEI_BIN, else the one that `make build` makes. */
export const binary = process.env.NIANWEI_BIN || built

/**
 * A running product with an empty data directory of its own, on a free port.
 * `link` is the one-time link that the first start prints.
 */
export class Product {
  #process
  #out = ''
  #log = ''

  static async start() {
    await access(binary).catch(() => assert.fail(`there is no ${binary}: build it with make build`))
    const p = new Product()
    p.dir = await mkdtemp(path.join(tmpdir(), 'nianwei-e2e-'))
    p.#process = spawn(binary, ['serve'], { cwd: p.dir, env: { ...outside(), ...settings(p.dir) }, stdio: ['ignore', 'pipe', 'pipe'] })
    p.#process.stdout.setEncoding('utf8').on('data', (text) => { p.#out += text })
    p.#process.stderr.setEncoding('utf8').on('data', (text) => { p.#log += text })
    p.link = await eventually('the one-time link on standard output', () => {
      assert.equal(p.#process.exitCode, null, `the product ended: ${p.#log}`)
      return /http:\S+\/console\/#\/setup\?token=\S+/.exec(p.#out)?.[0]
    })
    p.origin = new URL(p.link).origin
    return p
  }

  /** The lines of the product's log that speak of errors. */
  complaints() {
    return this.#log.split('\n').filter((line) => /level=ERROR|panic/.test(line))
  }

  /** The end of the log, for a test that failed. */
  tail() {
    return this.#log.split('\n').slice(-25).join('\n')
  }

  /** What an unsigned request for text gets. */
  async read(url) {
    const answer = await fetch(this.origin + url)
    assert.equal(answer.status, 200, url)
    return answer.text()
  }

  /** Puts the product's clock to an instant, before anybody has signed in. */
  async begin(instant) {
    const answer = await fetch(this.origin + '/api/sandbox/clock', {
      method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ now: Date.parse(instant) }),
    })
    assert.equal(answer.status, 200, await answer.text())
  }

  /** Asks the product to end as an operator would, and gives its exit status. */
  async stop() {
    if (this.#process.exitCode === null) {
      const ended = once(this.#process, 'exit')
      this.#process.kill('SIGTERM')
      await ended
    }
    await rm(this.dir, { recursive: true, force: true })
    return this.#process.exitCode
  }
}

/** Runs the auditor's offline verifier, which stands beside the server; gives its exit status and what it says. */
export function drawcheck(...args) {
  return new Promise((resolve) => {
    execFile(path.join(path.dirname(binary), 'drawcheck'), args, (error, out, errors) => resolve({ status: error ? (error.code ?? -1) : 0, says: out + errors }))
  })
}

/** The environment without settings of the product. */
function outside() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NIANWEI_')))
}

function settings(dir) {
  return {
    NIANWEI_SANDBOX: 'true',
    NIANWEI_TIME_MACHINE: 'true',
    NIANWEI_LISTEN: '127.0.0.1:0',
    NIANWEI_DATA_DIR: path.join(dir, 'data'),
    NIANWEI_NAME: '镇江市总工会',
    NIANWEI_ORIGIN: 'e2e.nianwei.example',
  }
}
