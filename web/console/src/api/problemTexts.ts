/**
 * Sentences for officers by the stable reason of a problem. The server's own
 * detail is meant for whoever asked and is shown for every reason that is not
 * here; here is what the console can say better because it knows where to go.
 */
export const problemTexts: Readonly<Record<string, string>> = {
  network: '连不上服务器，请检查网络后重试。',
  internal: '服务器出错了，请稍后再试。如果一直这样，请把下面的编号告诉技术支持。',
  busy: '服务器正忙，请稍后再试。',
  'cursor.invalid': '列表已经变化，请刷新页面，从第一页重新看。',
  'activity.published': '活动已经发布，不能再修改。需要调整的话，请从模板再办一个活动。',
  'activity.past': '有的场次开始时间已经过去，请到“时间”一步调整后再发布。',
  'fund.short': '经费余额不够预留这些奖品。请到“奖励”一步减少奖品，或换一笔经费。',
  'draw.state': '开奖已经走到别的步骤了，可能另一位开奖员刚刚操作过。请刷新页面。',
  'draw.number_mismatch': '两位开奖员录入的号码不一致，请各自核对公告后重新录入。',
  'draw.numbers_missing': '还有号码没有由两位开奖员录入一致，不能开奖。',
  'void.own': '取消资格要由另一位开奖员确认，不能确认自己提出的。',
  'void.pending': '还有取消资格的申请没有确认，确认后才能结束开奖。',
  'payment.nothing_due': '这一场没有待发放的奖品，可能以前已经登记过。',
  'payment.not_final': '这一场的结果还没有定下来，不能发放。',
  'export.not_final': '这一场还没有结束，结束后才能导出。',
}
