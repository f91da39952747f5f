import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  // As the widget's own build has it.
  oxc: { jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment', development: false } },
  test: { environment: 'happy-dom', include: ['{shared,widget,console}/src/**/*.test.{ts,tsx}'] },
})
