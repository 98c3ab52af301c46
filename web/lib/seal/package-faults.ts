import type { Lang } from '../i18n/text.ts'

type Said = readonly [fact: string, remedy: string]
export type Row = Readonly<Record<Lang, Said>>

/** What goes wrong with a bid sealed by the offline packager, there and on the page that hands it in. */
export const PACKAGE_FAULTS: Readonly<Record<string, Row>> = {
  'package-malformed': {
    'zh-CN': ['这不是离线标书包，或者文件不完整', '请选择打包工具写出的.sunlit-bid.zip文件，不要解压、改动后再压缩。'],
    en: [
      'This is no offline bid package, or it is not whole',
      'Choose the .sunlit-bid.zip the packager wrote, as it is.',
    ],
  },
  'package-other-tender': {
    'zh-CN': ['这个标书包属于另一个项目', '请打开标书包所属项目的投标页面，再上传。'],
    en: ['This package is for another tender', 'Open the bid page of the tender it was made for.'],
  },
  'package-other-lot': {
    'zh-CN': ['这个标书包属于本项目的另一个标包', '请打开对应标包的投标页面，再上传。'],
    en: ['This package is for another lot of this tender', 'Open the bid page of that lot.'],
  },
  'package-other-bidder': {
    'zh-CN': ['这个标书包不是本单位的', '请由标书包所属单位登录后上传。'],
    en: ['This package is of another organisation', 'The organisation that sealed it must sign in and upload it.'],
  },
  'package-other-notice': {
    'zh-CN': [
      '这个标书包依据的公告已经更正',
      '请重新下载数据文件，核对更正内容后重新打包。原来填写的答复表可以接着用。',
    ],
    en: [
      'The notice this package was sealed under has been corrected',
      'Download a new data file, read what changed, and pack again; the answers stay.',
    ],
  },
  'package-out-of-turn': {
    'zh-CN': ['打包之后，本标包又有过递交、替换或者撤回', '请重新下载数据文件，再打包一次。'],
    en: [
      'Since this was packed, a bid of this lot was submitted, replaced or withdrawn',
      'Download a new data file and pack again.',
    ],
  },
  'package-unsigned': {
    'zh-CN': ['标书包的签名无效，或者证书不在有效期内、已被吊销', '请用本单位有效的证书重新打包。'],
    en: [
      'The package is not validly signed, or its certificate has expired or been revoked',
      'Pack again with a valid certificate.',
    ],
  },
  'package-too-large': {
    'zh-CN': ['标书文件超过4GB，装不进一个标书包', '请压缩扫描件后再打包，或者在网页上投标。'],
    en: ['The bid is over 4 GB, too large for one package', 'Make the scans smaller, or bid in the page.'],
  },
  'package-exists': {
    'zh-CN': ['这里已经有同名的标书包', '请移走原来的文件，或者用--out另选文件夹。已有文件不会被覆盖。'],
    en: ['There is a package of this name already', 'Move it away or choose another folder by --out.'],
  },
  'data-file-malformed': {
    'zh-CN': ['这不是投标数据文件', '请在投标页面「离线打包」处下载数据文件，不要改动。'],
    en: ['This is no data file for a bid', 'Download it from the bid page and leave it as it is.'],
  },
  'answers-malformed': {
    'zh-CN': ['答复表读不懂', '请只填写最后一列，不要增删行列；可用template另写一份空表。'],
    en: ['The table of answers cannot be read', 'Fill in the last column only; template writes an empty table.'],
  },
  'answers-incomplete': {
    'zh-CN': ['答复表有必填项未填，或者填写格式不对', '请按括号中所列逐项改好，再打包。'],
    en: ['Answers are missing or do not read', 'Correct what stands in brackets and pack again.'],
  },
  'unexpected-file': {
    'zh-CN': [
      '有文件不会进入投标文件',
      '文件只能放在qualification、technical、price-detail三个文件夹里，不能再分子文件夹，也不能是空文件。',
    ],
    en: [
      'A file would be left out of the bid',
      'Files belong into qualification, technical or price-detail, without folders inside; none may be empty.',
    ],
  },
  'passphrase-short': {
    'zh-CN': ['恢复口令不足12个字符', '请改用更长的口令。'],
    en: ['The passphrase has fewer than 12 characters', 'Choose a longer one.'],
  },
}
