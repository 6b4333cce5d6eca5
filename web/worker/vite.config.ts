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

export default defineConfig({
  resolve: { alias: { '@': resolve(__dirname, 'src') } },
  plugins: [uni({ viteLegacyOptions: { targets: ['chrome >= 61', 'ios >= 11'] } }), ownOriginOnly(), keepDirectory()],
  css: { preprocessorOptions: { scss: { quietDeps: true, silenceDeprecations: ['legacy-js-api'] } } },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/auth': 'http://127.0.0.1:8080' } },
})
