// Checks the built pages: they must load nothing from elsewhere, and a phone
// on a slow network must not have to load much before it sees the first page.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { files, foreignAddresses } from './own-origin.mjs'

const DIR = 'dist/build/h5'
const ENTRY_LIMIT = 110 * 1024

const problems = foreignAddresses(DIR).map(f => 'foreign address ' + f)
const html = readFileSync(join(DIR, 'index.html'), 'utf8')
const entry = /src="\/h5\/(assets\/index-[^"]+\.js)"/.exec(html)?.[1]
if (!entry) problems.push('index.html names no entry below /h5/')
const size = entry ? gzipSync(readFileSync(join(DIR, entry))).length : 0
if (size > ENTRY_LIMIT) problems.push(`entry is ${size} bytes gzip, the limit is ${ENTRY_LIMIT}`)
if (/<script(?![^>]*\ssrc=)[^>]*>/.test(html)) problems.push('index.html has an inline script, which the content policy does not run')
if (files(DIR).some(f => f.endsWith('.map'))) problems.push('source maps are in the build')

problems.forEach(p => console.error(p))
console.log(`h5: entry ${(size / 1024).toFixed(1)} KiB gzip, ${problems.length} problems`)
process.exit(problems.length ? 1 : 0)
