/** 离线打包: sealing without the page, and handing in what was sealed. */
export const supplierOffline = {
  'offline-bid.title': '离线打包投标',
  'offline-bid.lead':
    '标书可以在不联网的电脑上加密、自检、签名，再到这里上传。加密、核验和签名用的程序与本网页相同，取得的回执也相同。',
  'offline-bid.1': '下载数据文件，带到离线电脑。里面是公告、保管人名册和日志证明，没有秘密。',
  'offline-bid.2':
    '运行打包工具：先用template写出答复表和文件夹，填好、放好文件，再用pack打包。证书口令在离线电脑上输入。',
  'offline-bid.3': '把打包工具写出的.sunlit-bid.zip带回来，在这里上传。恢复文件另外保管。',
  'offline-bid.take': '下载数据文件',
  'offline-bid.tool': '下载打包工具',
  'offline-bid.tool.note': '单个文件，{size}，需要Node 20或更新的版本。SHA-256：',
  'offline-bid.tool.check': '投标清单会写明所用打包工具的SHA-256。',
  'offline-bid.file': '离线标书包',
  'offline-bid.file.hint': '文件名以.sunlit-bid.zip结尾。先在本机核对是不是本标包的、签名是否有效，再上传。',
  'offline-bid.none': '请选择离线标书包',
  'offline-bid.act': '上传离线标书包',
  'offline-bid.progress': '正在核对标书包，已核对{done}，共{total}',
  'offline-bid.ready': '标书包核对通过',
  'offline-bid.ready.text':
    '标书包是本标包的，签名有效，内容完整。上传完毕即递交并取得回执。恢复文件已由打包工具另外写出。',
}
