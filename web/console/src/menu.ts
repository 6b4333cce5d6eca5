import type { RouteRecordNormalized } from 'vue-router'
import { router } from './router'
import type { Role } from './stores/session'

export interface MenuItem { path: string; title: string; roles: readonly Role[] | undefined }
export interface MenuGroup { title: string; items: MenuItem[] }

const groups: readonly [string, readonly string[]][] = [
  ['', ['/']],
  ['筹备', ['/activities', '/banks', '/funds', '/roster']],
  ['现场', ['/rounds', '/works', '/draws']],
  ['核对', ['/payments', '/audit', '/audit/log']],
  ['系统', ['/officers']],
]

/** The menu that an officer with these roles is shown; the server decides again on every request. */
export function menuFor(may: (roles: readonly Role[] | undefined) => boolean): MenuGroup[] {
  const routes = new Map<string, RouteRecordNormalized>(router.getRoutes().map((r) => [r.path, r]))
  return groups
    .map(([title, paths]) => ({
      title,
      items: paths.map((path) => ({ path, title: routes.get(path)!.meta.title, roles: routes.get(path)!.meta.roles })).filter((i) => may(i.roles)),
    }))
    .filter((g) => g.items.length > 0)
}
