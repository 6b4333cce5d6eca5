import { defineStore } from 'pinia'
import { ref } from 'vue'
import { shelf } from '@/lib/shelf'

/** How this phone likes to read: 长辈版 has bigger type and more room. */
export const usePrefs = defineStore('prefs', () => {
  const elder = ref(shelf.get('elder') === 'yes')

  function toggleElder() {
    elder.value = !elder.value
    shelf.set('elder', elder.value ? 'yes' : 'no')
  }

  return { elder, toggleElder }
})
