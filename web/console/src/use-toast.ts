import { ElMessage } from 'element-plus/es/components/message/index'
import 'element-plus/es/components/message/style/css'
import { h } from 'vue'

const BRIEF = 2_000
/** Long enough to be read and reached. */
const WITH_A_WAY_ON = 8_000

/** Where one can look at what was done. */
export interface WayOn {
  text: string
  go: () => unknown
}

/** Says that something worked, briefly. What went wrong is shown where it happened instead. */
export function toast(message: string, way?: WayOn): void {
  if (!way) {
    ElMessage({ message, duration: BRIEF, plain: true, grouping: true })
    return
  }
  const go = () => {
    shown.close()
    way.go()
  }
  const button = h('button', { type: 'button', class: 'button compact', onClick: go }, way.text)
  const shown = ElMessage({
    message: h('span', { class: 'toast' }, [message, button]),
    duration: WITH_A_WAY_ON,
    plain: true,
  })
}
