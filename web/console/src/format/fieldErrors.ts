import type { FieldProblem } from '@/api/problem'

export const stepNames = ['基本', '参与方式', '时间', '谁可以参加', '奖励', '确认发布'] as const

const owners: readonly [RegExp, number][] = [
  [/^\/(title|summary|intro|rules|seasonId|templateId)(\/|$)/, 0],
  [/^\/(kind|settings)(\/|$)/, 1],
  [/^\/timetable(\/|$)/, 2],
  [/^\/groupId(\/|$)/, 3],
  [/^\/(reward|fundId)(\/|$)/, 4],
]

/** The step of the activity form that an input stands on; -1 when no input is meant. */
export function stepOf(path: string): number {
  return owners.find(([pattern]) => pattern.test(path))?.[1] ?? -1
}

/** The wrong values of a form, found by JSON pointer. */
export class FieldErrors {
  constructor(private readonly problems: readonly FieldProblem[] = []) {}

  /** The sentence for exactly this input, or ''. */
  at(path: string): string {
    return this.problems.find((p) => p.path === path)?.detail ?? ''
  }

  /** How many wrong values a step has. */
  onStep(step: number): number {
    return this.problems.filter((p) => stepOf(p.path) === step).length
  }

  /** The first step with a wrong value, or -1. */
  firstStep(): number {
    const steps = this.problems.map((p) => stepOf(p.path)).filter((s) => s >= 0)
    return steps.length ? Math.min(...steps) : -1
  }

  /** Without the problems of an input that was changed since, and of everything below it. */
  without(path: string): FieldErrors {
    return new FieldErrors(this.problems.filter((p) => p.path !== path && !p.path.startsWith(`${path}/`)))
  }
}
