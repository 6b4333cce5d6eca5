import { mount } from '@vue/test-utils'
import { ElForm } from 'element-plus/es/components/form/index'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, ref } from 'vue'
import { FieldErrors } from '@/format/fieldErrors'
import type { Schema, Values } from '@/format/schema'
import SchemaForm from './SchemaForm.vue'

const schema: Schema = {
  type: 'object',
  required: ['medium', 'prompt'],
  properties: {
    medium: { type: 'string', title: '作品形式', enum: ['voice', 'photo'], 'x-enum-titles': ['语音', '照片'] },
    maxPhotos: { type: 'integer', title: '最多几张', minimum: 1, maximum: 9, 'x-unit': '张', 'x-when': { medium: 'photo' } },
    prompt: { type: 'string', title: '请职工做什么', description: '显示在按钮上方', 'x-order': -1 },
    askHometown: { type: 'boolean', title: '家乡', description: '请职工填写家乡' },
    episodes: { type: 'array', title: '每天的视频', items: { type: 'object', title: '集', properties: { title: { type: 'string', title: '标题' } } } },
  },
}

function form(start: Values, errors = new FieldErrors()) {
  const values = ref<Values>(start)
  const touched: string[] = []
  const host = defineComponent({
    components: { ElForm, SchemaForm },
    setup: () => ({ schema, values, errors, touch: (path: string) => touched.push(path) }),
    template: '<ElForm><SchemaForm :schema="schema" v-model="values" :errors="errors" path="/settings" @touched="touch" /></ElForm>',
  })
  return { wrapper: mount(host), values, touched }
}

describe('SchemaForm', () => {
  it('shows titles, names of choices, units and help in the order asked for', () => {
    const { wrapper } = form({ medium: 'photo', maxPhotos: 3 })
    const labels = wrapper.findAll('.el-form-item__label').map((l) => l.text())
    expect(labels).toEqual(['请职工做什么', '作品形式', '最多几张', '家乡', '每天的视频'])
    expect(wrapper.text()).toContain('照片')
    expect(wrapper.text()).toContain('1 到 9')
    expect(wrapper.text()).toContain('显示在按钮上方')
  })

  it('hides what belongs to another choice and shows it as soon as that is chosen', async () => {
    const { wrapper, values } = form({ medium: 'voice' })
    expect(wrapper.text()).not.toContain('最多几张')
    await wrapper.find('input[value=photo]').setValue(true)
    expect(values.value.medium).toBe('photo')
    expect(wrapper.text()).toContain('最多几张')
  })

  it('tells which input was touched, by JSON pointer, also inside a list', async () => {
    const { wrapper, values, touched } = form({ medium: 'voice' })
    await wrapper.find('[aria-label=请职工做什么]').setValue('用家乡话说一句祝福')
    await wrapper.findAll('button').find((b) => b.text() === '加一集')!.trigger('click')
    await wrapper.find('[aria-label=标题]').setValue('在家跳操')
    expect(values.value).toMatchObject({ prompt: '用家乡话说一句祝福', episodes: [{ title: '在家跳操' }] })
    expect(touched).toContain('/settings/prompt')
    expect(touched).toContain('/settings/episodes/0/title')
  })

  it("puts the server's sentence at the input that it is about", async () => {
    const errors = new FieldErrors([{ path: '/settings/maxPhotos', reason: 'maximum', detail: '最多 9 张' }])
    const { wrapper } = form({ medium: 'photo', maxPhotos: 12 }, errors)
    await wrapper.vm.$nextTick()
    const item = wrapper.findAll('.el-form-item').find((i) => i.text().includes('最多几张'))!
    expect(item.classes()).toContain('is-error')
    await vi.waitFor(() => expect(item.text()).toContain('最多 9 张'))
  })
})
