import { createSSRApp } from 'vue'
import * as Pinia from 'pinia'
import App from './App.vue'

/** Makes the application; uni-app calls this once for each platform it builds for. */
export function createApp() {
  const app = createSSRApp(App)
  app.use(Pinia.createPinia())
  return { app, Pinia }
}
