/** Pages that anybody reads. */
export const publicWords = {
  'public.nav.notices': '公告',
  'public.nav.openings': '开标',
  'public.nav.results': '结果',
  'public.nav.contracts': '合同与履约',
  'public.nav.data': '数据开放',
  'public.nav.guide': '办事指南',
  'accessibility.title': '每个页面都可以只用键盘、读屏软件或手机办完',
  'accessibility.standard': '我们按照什么做',
  'accessibility.standard.text':
    '《信息技术 互联网内容无障碍可访问性技术要求与测试方法》（GB/T 37668—2019）与WCAG 2.2 AA级。每次发布前，全部页面由程序检查，各类用户的全流程只用键盘走一遍。',
  'accessibility.can': '您可以',
  'accessibility.can.zoom': '把页面放大到400%，内容不会被截断，也不用左右拖动',
  'accessibility.can.keyboard': '用Tab键到达每个按钮，黄色粗框始终显示当前位置',
  'accessibility.can.script': '关闭JavaScript阅读全部公告、结果与文件，并填写表单；只有投标文件的加密与验证需要它',
  'accessibility.can.dark': '跟随系统使用深色显示，或在打印时得到黑白版',
  'accessibility.can.old': '使用Chrome、Edge、360浏览器109版，Firefox 115版，Safari 16.4版或更新的版本，不装任何插件',
  'accessibility.cannot': '还做不到的',
  'accessibility.cannot.text': '扫描成图片的旧文件读屏软件读不出来。需要时请告诉我们，3个工作日内提供文字版。',
}
