import { defineConfig } from 'vite'

/** The page of the sample shop, served at /demo. Its names begin with `demo`, so that they share a folder with the console's. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: '../dist',
    emptyOutDir: false,
    target: 'es2022',
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: 'demo.html',
      output: {
        entryFileNames: 'assets/demo-[hash].js',
        chunkFileNames: 'assets/demo-[name]-[hash].js',
        assetFileNames: 'assets/demo-[name]-[hash][extname]',
      },
    },
  },
})
