import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Every file below a directory. */
export function files(dir) {
  return readdirSync(dir).flatMap(name => {
    const path = join(dir, name)
    return statSync(path).isDirectory() ? files(path) : [path]
  })
}

// Addresses that are only ever names: XML namespaces, error references in
// messages, and the examples with which the URL polyfill tests itself.
const NAMES = ['http://www.w3.org', 'https://vuejs.org', 'https://github.com', 'https://a', 'https://a#б', 'http://x', 'https://тест', 'http://file', 'https://x']

/**
 * Names every address of a foreign host in the text files of a build.
 * `own` is the server's address that the build was made for, if any.
 */
export function foreignAddresses(dir, own = '') {
  const found = []
  for (const path of files(dir).filter(p => /\.(js|css|wxss|wxml|json|html)$/.test(p))) {
    for (const [address] of readFileSync(path, 'utf8').matchAll(/(?:https?:)?\/\/[\p{L}0-9][\p{L}0-9.-]*\.[\p{L}]{2,}|https?:\/\/[\p{L}0-9#.-]+/gu)) {
      const full = address.startsWith('//') ? undefined : address
      if (full && !NAMES.includes(full) && !(own && own.startsWith(full))) found.push(`${path}: ${full}`)
    }
  }
  return [...new Set(found)]
}
