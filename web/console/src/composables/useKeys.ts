import { onMounted, onUnmounted } from 'vue'

/** Keys that do something while nobody is typing into a field or answering a dialog. */
export function useKeys(keys: Readonly<Record<string, () => void>>, enabled: () => boolean): void {
  function press(event: KeyboardEvent): void {
    if (!enabled() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    const target = event.target as HTMLElement
    if (target.closest('input:not([type=checkbox]), textarea, select, [contenteditable]') || document.querySelector('.el-overlay:not([style*="display: none"])')) return
    const act = keys[event.key === ' ' ? 'Space' : event.key.toLowerCase()]
    if (!act || (event.key === ' ' && target.closest('button, a, input'))) return
    event.preventDefault()
    act()
  }
  onMounted(() => document.addEventListener('keydown', press))
  onUnmounted(() => document.removeEventListener('keydown', press))
}
