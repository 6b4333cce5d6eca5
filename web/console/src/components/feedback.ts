import { ElMessage } from 'element-plus/es/components/message/index'
import { ElMessageBox } from 'element-plus/es/components/message-box/index'
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/message-box/style/css'

/** Says that something worked. */
export function tell(text: string): void {
  ElMessage({ message: text, type: 'success', duration: 3500, showClose: true })
}

/** Says that something did not work, where there is no better place on the page. */
export function complain(text: string): void {
  ElMessage({ message: text, type: 'error', duration: 6000, showClose: true })
}

/** Asks before something that cannot be undone; the button names the deed. */
export async function sure(title: string, text: string, deed: string): Promise<boolean> {
  try {
    await ElMessageBox.confirm(text, title, { confirmButtonText: deed, cancelButtonText: '先不', type: 'warning', autofocus: false })
    return true
  } catch {
    return false
  }
}

/** Asks for a reason that is written down; null when the person thought better of it. */
export async function askReason(title: string, text: string, deed: string): Promise<string | null> {
  try {
    const answer = await ElMessageBox.prompt(text, title, {
      confirmButtonText: deed, cancelButtonText: '先不', inputPlaceholder: '写明原因，会记入操作日志',
      inputValidator: (value: string) => {
        const length = (value ?? '').trim().length
        return length < 2 ? '请至少写两个字' : length > 200 ? '最多 200 个字' : true
      },
    })
    return (answer as { value: string }).value.trim()
  } catch {
    return null
  }
}
