import { createRouter, createWebHistory } from 'vue-router'
import { FILTERS } from './views/documents/filters.ts'

/** What an address says once; anything else is as if it said nothing. */
const word = (value: unknown) => (typeof value === 'string' ? value : undefined)

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', redirect: '/inbox' },
    { path: '/login', name: 'login', component: () => import('./views/login/login-view.vue') },
    {
      path: '/inbox/:id?',
      name: 'inbox',
      component: () => import('./views/inbox/inbox-view.vue'),
      props: true,
    },
    {
      path: '/documents',
      name: 'documents',
      component: () => import('./views/documents/documents-view.vue'),
      props: ({ query }) => ({
        filters: Object.fromEntries(FILTERS.map((name) => [name, word(query[name]) ?? ''])),
      }),
      // Where a document was opened beside the list, before it had a page of its own.
      beforeEnter: ({ query: { document, passage } }) =>
        word(document) ? { name: 'document', params: { id: word(document) }, query: { passage } } : true,
    },
    {
      path: '/documents/:id/:part(text|versions)?',
      name: 'document',
      component: () => import('./views/documents/document-view.vue'),
      props: ({ params, query }) => ({
        id: params.id,
        part: params.part || undefined,
        passage: word(query.passage),
        before: word(query.before),
        after: word(query.after),
      }),
    },
    { path: '/sources', name: 'sources', component: () => import('./views/sources/sources-view.vue') },
    { path: '/lexicon', name: 'lexicon', component: () => import('./views/lexicon/lexicon-view.vue') },
    { path: '/health', name: 'health', component: () => import('./views/health/health-view.vue') },
    { path: '/faqs', name: 'faqs', component: () => import('./views/faqs/faqs-view.vue') },
    { path: '/explain', name: 'explain', component: () => import('./views/explain/explain-view.vue') },
    {
      path: '/intents/:name?',
      name: 'intents',
      component: () => import('./views/intents/intents-view.vue'),
      props: true,
    },
    {
      path: '/lessons',
      name: 'lessons',
      component: () => import('./views/lessons/lessons-view.vue'),
      props: ({ query }) => ({ kind: word(query.kind) }),
    },
    { path: '/training', name: 'training', component: () => import('./views/training/training-view.vue') },
    {
      path: '/trials/:id',
      name: 'trial',
      component: () => import('./views/training/trial-view.vue'),
      props: true,
    },
    {
      path: '/evaluations',
      name: 'evaluations',
      component: () => import('./views/evaluations/evaluations-view.vue'),
    },
    {
      path: '/evaluations/:id',
      name: 'evaluation',
      component: () => import('./views/evaluations/evaluation-view.vue'),
      props: true,
    },
    {
      path: '/evaluations/:before/compare/:after',
      name: 'comparison',
      component: () => import('./views/evaluations/comparison-view.vue'),
      props: true,
    },
    {
      path: '/systems/:name?',
      name: 'systems',
      component: () => import('./views/systems/systems-view.vue'),
      props: true,
    },
    { path: '/actions', name: 'actions', component: () => import('./views/systems/actions-view.vue') },
    {
      path: '/reports',
      name: 'reports',
      component: () => import('./views/reports/reports-view.vue'),
      props: ({ query }) => ({
        from: word(query.from),
        to: word(query.to),
        by: word(query.by),
        inbox: word(query.inbox),
        team: word(query.team),
      }),
    },
    { path: '/findings', name: 'findings', component: () => import('./views/reports/findings-view.vue') },
    { path: '/wall', name: 'wall', component: () => import('./views/reports/wall-view.vue') },
    { path: '/design', name: 'design', component: () => import('./views/design/design-view.vue') },
    { path: '/start', name: 'start', component: () => import('./views/start/start-view.vue') },
    {
      path: '/settings',
      component: () => import('./views/settings/settings-view.vue'),
      children: [
        { path: '', name: 'settings', component: { render: () => null } },
        {
          path: 'users',
          name: 'users',
          component: () => import('./views/settings/users-section.vue'),
        },
        { path: 'teams', name: 'teams', component: () => import('./views/settings/teams-section.vue') },
        { path: 'inboxes', name: 'inboxes', component: () => import('./views/settings/inboxes-section.vue') },
        { path: 'canned', name: 'canned', component: () => import('./views/settings/canned-section.vue') },
        { path: 'keys', name: 'keys', component: () => import('./views/settings/keys-section.vue') },
        {
          path: 'webhooks',
          name: 'webhooks',
          component: () => import('./views/settings/webhooks-section.vue'),
        },
        {
          path: 'webhooks/:id',
          name: 'webhook',
          component: () => import('./views/settings/webhook-view.vue'),
          props: true,
        },
        { path: 'me', name: 'me', component: () => import('./views/settings/me-section.vue') },
        { path: 'audit', name: 'audit', component: () => import('./views/settings/audit-section.vue') },
      ],
    },
    { path: '/:rest(.*)*', redirect: '/inbox' },
  ],
})
