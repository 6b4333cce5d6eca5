import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { defineConfig, type Plugin } from 'vite'
import uniPlugin from '@dcloudio/vite-plugin-uni'

// The package is CommonJS; under ESM its default export arrives one level down.
const uni = ((uniPlugin as unknown as { default?: typeof uniPlugin }).default ?? uniPlugin) as typeof uniPlugin

/**
 * Removes every address of a foreign host from what is written,
 * because nothing may load from outside our own origin: uni's H5 shell names a
 * shadow picture and an advertisement service, wot's icon a font on a CDN.
 */
function ownOriginOnly(): Plugin {
  const foreign = /url\(\s*(["']?)(?:https?:)?\/\/[^)]*\1\s*\)(?:\s*format\(\s*["'][^"']*["']\s*\))?/g
  const fontFace = /@font-face\s*\{[^}]*(?:https?:)?\/\/[^}]*\}/g
  return {
    name: 'own-origin-only',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'asset' && /\.(css|wxss)$/.test(file.fileName)) {
          file.source = String(file.source).replace(fontFace, '').replace(foreign, 'none')
        }
        if (file.type === 'chunk') {
          file.code = file.code.replace(/@font-face\s*\{[^}]*at\.alicdn\.com[^}]*\}/g, '').replace(/https?:\/\/[a-z0-9]+\.dcloud\.net\.cn[^"'`\\)\s]*/g, '')
        }
      }
    },
  }
}

/**
 * Writes the empty file that git keeps in the built pages' directory, because
 * the server embeds that directory and must compile before the pages are built.
 */
function keepDirectory(): Plugin {
  return {
    name: 'keep-directory',
    generateBundle() {
      if (process.env.UNI_PLATFORM === 'h5') this.emitFile({ type: 'asset', fileName: '.keep', source: '' })
    },
  }
}

/**
 * Moves the page's inline scripts, which choose between modern and legacy
 * chunks, into files, because the server's content policy runs no inline script.
 */
function noInlineScripts(): Plugin {
  const inline = /<script(?![^>]*\ssrc=)([^>]*)>([^<]+)<\/script>/g
  return {
    name: 'no-inline-scripts',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const page = bundle['index.html']
        if (page?.type !== 'asset') return
        page.source = String(page.source).replace(inline, (_all, attributes: string, code: string) => {
          const fileName = `assets/boot-${createHash('sha256').update(code).digest('hex').slice(0, 8)}.js`
          this.emitFile({ type: 'asset', fileName, source: code })
          return `<script${attributes} src="/h5/${fileName}"></script>`
        })
      },
    },
  }
}

export default defineConfig({
  resolve: { alias: { '@': resolve(__dirname, 'src') } },
  plugins: [uni({ viteLegacyOptions: { targets: ['chrome >= 61', 'ios >= 11'] } }), ownOriginOnly(), noInlineScripts(), keepDirectory()],
  css: { preprocessorOptions: { scss: { quietDeps: true, silenceDeprecations: ['legacy-js-api'] } } },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/auth': 'http://127.0.0.1:8080' } },
})
