import type { PresenceState, Role, User } from '@zhike/shared'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { ApiError, auth } from '../api/index.ts'
import { usePreferences } from './preferences.ts'

const RANK: Role[] = ['viewer', 'agent', 'supervisor', 'admin', 'owner']

/** Who is signed in. */
export const useSession = defineStore('session', () => {
  const user = ref<User | null>(null)
  /** Set when a session ended by itself, so that the sign-in page can say so. */
  const expired = ref(false)
  const preferences = usePreferences()

  const canManage = computed(() => atLeast('admin'))
  const canSupervise = computed(() => atLeast('supervisor'))
  const canReply = computed(() => atLeast('agent'))

  function atLeast(role: Role): boolean {
    return !!user.value && RANK.indexOf(user.value.role) >= RANK.indexOf(role)
  }

  /** Finds out whether the browser still holds a session. Throws only when the server cannot be asked. */
  async function restore(): Promise<void> {
    try {
      user.value = await auth.me()
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      user.value = null
    }
  }

  async function login(email: string, password: string): Promise<void> {
    const answer = await auth.login(email, password)
    expired.value = false
    user.value = answer.user
  }

  async function logout(): Promise<void> {
    user.value = null
    await auth.logout().catch(() => null)
  }

  /** The server no longer knows the session. */
  function ended(): void {
    expired.value = user.value !== null
    user.value = null
  }

  async function setPresence(state: PresenceState): Promise<void> {
    await auth.presence(state)
    preferences.presence = state
  }

  return { user, expired, canManage, canSupervise, canReply, restore, login, logout, ended, setPresence }
})
