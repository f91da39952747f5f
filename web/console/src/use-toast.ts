import { ElMessage } from 'element-plus/es/components/message/index'
import 'element-plus/es/components/message/style/css'

/** Says that something worked, briefly. What went wrong is shown where it happened instead. */
export function toast(message: string): void {
  ElMessage({ message, duration: 2_000, plain: true, grouping: true })
}
