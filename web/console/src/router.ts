import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'
import { useSession, type Role } from './stores/session'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
    /** open without a session, and shown without the menu */
    outside?: boolean
    /** absent = every officer */
    roles?: readonly Role[]
  }
}

const planners: readonly Role[] = ['organiser']
const planReaders: readonly Role[] = ['organiser', 'auditor']
const roundReaders: readonly Role[] = ['organiser', 'drawer', 'auditor', 'finance']
const drawReaders: readonly Role[] = ['drawer', 'organiser', 'auditor']
const rosterReaders: readonly Role[] = ['administrator', 'organiser']
const fundReaders: readonly Role[] = ['organiser', 'finance', 'auditor']

const routes: RouteRecordRaw[] = [
  { path: '/setup', component: () => import('./views/SetupView.vue'), meta: { title: '首次设置', outside: true } },
  { path: '/invitation', component: () => import('./views/InvitationView.vue'), meta: { title: '设置密码', outside: true } },
  { path: '/login', component: () => import('./views/LoginView.vue'), meta: { title: '登录', outside: true } },
  { path: '/', name: 'overview', component: () => import('./views/OverviewView.vue'), meta: { title: '总览' } },
  { path: '/password', component: () => import('./views/PasswordView.vue'), meta: { title: '修改密码' } },
  { path: '/officers', component: () => import('./views/OfficersView.vue'), meta: { title: '账号管理', roles: ['administrator'] } },
  { path: '/roster', component: () => import('./views/WorkersView.vue'), meta: { title: '职工名册', roles: rosterReaders } },
  { path: '/roster/import', component: () => import('./views/RosterImportView.vue'), meta: { title: '导入名册', roles: rosterReaders } },
  { path: '/roster/groups', component: () => import('./views/GroupsView.vue'), meta: { title: '人群', roles: rosterReaders } },
  { path: '/activities', component: () => import('./views/ActivitiesView.vue'), meta: { title: '活动', roles: planReaders } },
  { path: '/activities/new', component: () => import('./views/TemplatesView.vue'), meta: { title: '新建活动', roles: planners } },
  { path: '/activities/new/:template', component: () => import('./views/ActivityFormView.vue'), meta: { title: '新建活动', roles: planners } },
  { path: '/activities/:activity(\\d+)/edit', component: () => import('./views/ActivityFormView.vue'), meta: { title: '修改活动', roles: planners } },
  { path: '/activities/:activity(\\d+)', component: () => import('./views/ActivityView.vue'), meta: { title: '活动', roles: planReaders } },
  { path: '/banks', component: () => import('./views/BanksView.vue'), meta: { title: '题库', roles: planners } },
  { path: '/rounds', component: () => import('./views/RoundsView.vue'), meta: { title: '场次', roles: roundReaders } },
  { path: '/rounds/:round', component: () => import('./views/RoundView.vue'), meta: { title: '现场', roles: roundReaders } },
  { path: '/rounds/:round/draw', component: () => import('./views/DrawView.vue'), meta: { title: '开奖', roles: drawReaders } },
  { path: '/draws', component: () => import('./views/DrawsView.vue'), meta: { title: '开奖', roles: drawReaders } },
  { path: '/works', component: () => import('./views/WorksView.vue'), meta: { title: '作品审核', roles: planners } },
  { path: '/payments', component: () => import('./views/PaymentsView.vue'), meta: { title: '奖金发放', roles: ['finance'] } },
  { path: '/funds', component: () => import('./views/FundsView.vue'), meta: { title: '经费', roles: fundReaders } },
  { path: '/audit', component: () => import('./views/AuditView.vue'), meta: { title: '核对与导出', roles: ['auditor'] } },
  { path: '/audit/rounds/:round', component: () => import('./views/AuditRoundView.vue'), meta: { title: '核对与导出', roles: ['auditor'] } },
  { path: '/audit/log', component: () => import('./views/LogView.vue'), meta: { title: '操作日志', roles: ['auditor'] } },
  { path: '/:rest(.*)*', component: () => import('./views/NotFoundView.vue'), meta: { title: '没有这个页面' } },
]

export const router = createRouter({
  history: createWebHashHistory('/console/'),
  routes,
  scrollBehavior: () => ({ top: 0 }),
})

router.beforeEach(async (to) => {
  if (to.meta.outside) return true
  const session = useSession()
  if (!session.asked) await session.restore().catch(() => undefined)
  if (session.asked && !session.officer) return { path: '/login', query: to.fullPath === '/' ? {} : { next: to.fullPath } }
  return true
})

router.afterEach((to) => {
  document.title = `${to.meta.title} · 年味管理台`
})
