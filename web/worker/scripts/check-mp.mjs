// Checks the mini-program build without WeChat's tools: every page has its four
// files, every script evaluates under a stub of wx, templates and styles use
// only what a mini-program knows, and the whole is below the limit of 2 MiB.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import vm from 'node:vm'
import { files, foreignAddresses } from './own-origin.mjs'

const DIR = resolve('dist/build/mp-weixin')
const LIMIT = 2 * 1024 * 1024

const all = files(DIR)
const problems = foreignAddresses(DIR, process.env.VITE_SERVER).map(f => 'foreign address ' + f)
const total = all.reduce((sum, f) => sum + statSync(f).size, 0)
if (total > LIMIT) problems.push(`total ${total} bytes, the limit is ${LIMIT}`)

const app = JSON.parse(readFileSync(join(DIR, 'app.json'), 'utf8'))
const registered = { pages: 0, components: 0, app: 0 }

for (const page of app.pages) checkUnit(page)
for (const json of all.filter(f => f.endsWith('.json') && f !== join(DIR, 'project.config.json'))) checkComponents(json)
all.filter(f => f.endsWith('.wxml')).forEach(checkTemplate)
evaluateAll()
if (registered.app !== 1) problems.push(`App was registered ${registered.app} times`)

problems.forEach(p => console.error(p))
console.log(`mp-weixin: ${app.pages.length} pages, ${registered.components} components and pages evaluated, ${(total / 1024).toFixed(0)} KiB, ${problems.length} problems`)
process.exit(problems.length ? 1 : 0)

function checkUnit(unit) {
  for (const ext of ['js', 'json', 'wxml']) {
    if (!existsSync(join(DIR, `${unit}.${ext}`))) problems.push(`missing ${unit}.${ext}`)
  }
}

function checkComponents(json) {
  const { usingComponents = {} } = JSON.parse(readFileSync(json, 'utf8'))
  for (const target of Object.values(usingComponents)) {
    checkUnit(relative(DIR, target.startsWith('/') ? join(DIR, target) : resolve(dirname(json), target)))
  }
}

function checkTemplate(path) {
  const text = readFileSync(path, 'utf8')
  for (const [, tag] of text.matchAll(/<([a-z][a-z0-9-]*)/g)) {
    if (/^(svg|path|div|span|img|p|h[1-6]|a)$/.test(tag)) problems.push(`${relative(DIR, path)}: <${tag}> is no tag of a mini-program`)
  }
}

/** Loads app.js and every page and component as the mini-program's loader would. */
function evaluateAll() {
  const cache = new Map()
  const anything = new Proxy(function () {}, { get: (_, k) => (k === Symbol.toPrimitive ? () => '' : anything), apply: () => anything, construct: () => ({}) })
  const known = {
    getSystemInfoSync: () => ({ statusBarHeight: 20, platform: 'devtools', SDKVersion: '3.0.0', language: 'zh_CN' }),
    getWindowInfo: () => ({ statusBarHeight: 20 }),
    getAppBaseInfo: () => ({ language: 'zh_CN', SDKVersion: '3.0.0' }),
    getDeviceInfo: () => ({ platform: 'devtools' }),
    getStorageSync: () => '',
    canIUse: () => true,
    getLaunchOptionsSync: () => ({}),
    getEnterOptionsSync: () => ({}),
  }
  const wx = new Proxy(known, { get: (t, k) => t[k] ?? anything })
  const globals = {
    wx, console, setTimeout, clearTimeout, setInterval, clearInterval,
    App: () => registered.app++,
    Page: () => registered.components++,
    Component: () => registered.components++,
    Behavior: x => x,
    getApp: () => ({ globalData: {} }),
    getCurrentPages: () => [],
    requirePlugin: () => ({}),
  }
  // WeChat's runtime has this name too.
  globals.global = globals
  const context = vm.createContext(globals)
  const load = path => {
    if (cache.has(path)) return cache.get(path).exports
    const module = { exports: {} }
    cache.set(path, module)
    const run = vm.runInContext(`(function (module, exports, require) {${readFileSync(path, 'utf8')}\n})`, context, { filename: path })
    run(module, module.exports, name => {
      const base = resolve(dirname(path), name)
      const file = [base, base + '.js'].find(f => existsSync(f) && statSync(f).isFile())
      if (!file) throw new Error(`require("${name}") leads nowhere`)
      return load(file)
    })
    return module.exports
  }
  for (const path of [join(DIR, 'app.js'), ...all.filter(f => f.endsWith('.js') && f !== join(DIR, 'app.js'))]) {
    try {
      load(path)
    } catch (e) {
      problems.push(`${relative(DIR, path)}: ${e.message}`)
    }
  }
}
