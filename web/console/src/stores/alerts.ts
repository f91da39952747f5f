import { defineStore } from 'pinia'
import { ref } from 'vue'
import { usePreferences } from './preferences.ts'

/** Calls an agent's attention: a sound, a number in the title, a notification of the system when the page is hidden. */
export const useAlerts = defineStore('alerts', () => {
  const preferences = usePreferences()
  const permission = ref<NotificationPermission>(
    'Notification' in window ? Notification.permission : 'denied',
  )
  let audio: AudioContext | null = null

  async function askPermission(): Promise<void> {
    if ('Notification' in window) permission.value = await Notification.requestPermission()
  }

  /** `key` names what it is about: a second alert of the same key replaces the first. */
  function alert(key: string, title: string, body: string, open: () => void): void {
    if (preferences.sound === 'on') chime()
    if (permission.value !== 'granted' || document.visibilityState === 'visible') return
    const note = new Notification(title, { body, tag: key, icon: '/favicon.svg' })
    note.onclick = () => {
      window.focus()
      open()
      note.close()
    }
  }

  /** Two soft notes. Browsers stay silent until the page has been clicked once. */
  function chime(): void {
    try {
      audio ??= new AudioContext()
      const start = audio.currentTime
      for (const [at, pitch] of [
        [0, 659],
        [0.14, 880],
      ] as const) {
        const tone = audio.createOscillator()
        const volume = audio.createGain()
        tone.frequency.value = pitch
        volume.gain.setValueAtTime(0.0001, start + at)
        volume.gain.exponentialRampToValueAtTime(0.12, start + at + 0.02)
        volume.gain.exponentialRampToValueAtTime(0.0001, start + at + 0.35)
        tone.connect(volume).connect(audio.destination)
        tone.start(start + at)
        tone.stop(start + at + 0.4)
      }
    } catch {
      // No sound device: the badge and the notification remain.
    }
  }

  return { permission, askPermission, alert }
})
