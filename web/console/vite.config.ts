import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

/** Where `npm run dev` finds a running server. */
const server = process.env.ZHIKE_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [vue()],
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  server: { proxy: { '/api': server, '/ws': { target: server, ws: true }, '/widget.js': server } },
  // The one chunk beyond the usual limit is that of the charts, which is loaded with the first of them.
  build: { outDir: '../dist', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 600 },
})
