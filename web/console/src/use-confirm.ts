import { ElMessageBox } from 'element-plus/es/components/message-box/index'
import 'element-plus/es/components/message-box/style/css'
import { useI18n } from 'vue-i18n'

/** Asks before something that cannot be taken back. */
export function useConfirm() {
  const { t } = useI18n()
  return async (question: string, consequence: string, act: string): Promise<boolean> => {
    const answer = ElMessageBox.confirm(consequence, question, {
      confirmButtonText: act,
      cancelButtonText: t('common.cancel'),
      confirmButtonClass: 'is-destructive',
      showClose: false,
    })
    return answer.then(
      () => true,
      () => false,
    )
  }
}
