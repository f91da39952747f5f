import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './app.vue'
import './design/tokens.css'
import './design/base.css'
import './design/patterns.css'
import 'element-plus/es/components/base/style/css'
import './design/element.css'
import { i18n } from './i18n/index.ts'
import { router } from './router.ts'

createApp(App).use(createPinia()).use(i18n).use(router).mount('#app')
