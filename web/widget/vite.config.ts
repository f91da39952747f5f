import { defineConfig } from 'vite'

/** One classic script that any page can load with one line. */
export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' } },
  build: {
    outDir: '../dist',
    emptyOutDir: false,
    target: 'es2022',
    cssTarget: 'chrome111',
    lib: { entry: 'src/main.tsx', formats: ['iife'], name: 'ZhikeWidgetScript', fileName: () => 'widget.js' },
  },
})
