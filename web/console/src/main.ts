import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { onSessionExpired } from './api/client'
import { router } from './router'
import { useSession } from './stores/session'
import 'element-plus/theme-chalk/base.css'
import './styles.css'

const app = createApp(App)
app.use(createPinia())
onSessionExpired(() => useSession().expire())
app.use(router)
app.mount('#app')
