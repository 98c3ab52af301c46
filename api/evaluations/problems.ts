import type { ProblemRow } from '../kernel/problem.ts'

export const evaluationProblems: Record<string, ProblemRow> = {
  'committee-not-formed': {
    status: 409,
    title: { zh: '评标委员会尚未组建', en: 'The committee is not formed yet' },
    remedy: {
      zh: '请由采购人、代理机构或交易中心先组建评标委员会。',
      en: 'The purchaser, its agency or the centre forms it first.',
    },
    article: '政府采购货物和服务招标投标管理办法 第四十七条',
  },
  'committee-formed-already': {
    status: 409,
    title: { zh: '评标委员会已经组建', en: 'The committee is formed already' },
    remedy: { zh: '需要调整成员时请办理更换。', en: 'To change it, replace a member.' },
  },
  'lot-not-in-evaluation': {
    status: 409,
    title: { zh: '该标包不在评标阶段', en: 'The lot is not in evaluation' },
    remedy: {
      zh: '开标完成且标包有效时才能组建评标委员会。',
      en: 'A committee is formed once the lot is opened and goes on.',
    },
  },
  'not-an-evaluator': {
    status: 422,
    title: { zh: '所选人员不是该单位在册的评审人员', en: 'This person is not an evaluator of that organisation' },
    remedy: { zh: '请从评审人员名单中选择。', en: 'Choose from the list of evaluators.' },
  },
  'member-of-bidder': {
    status: 422,
    title: {
      zh: '该人员与投标人存在劳动或任职关系，应当回避',
      en: 'This person belongs to a bidder and must step aside',
    },
    remedy: { zh: '请选择其他人员，或声明回避。', en: 'Choose somebody else, or declare the conflict.' },
    article: '政府采购法实施条例 第九条',
  },
  'expert-of-purchaser': {
    status: 422,
    title: { zh: '评审专家不得以专家身份参加本单位项目的评审', en: 'An expert may not sit as expert for the own unit' },
    remedy: {
      zh: '请改为采购人代表或另选专家。',
      en: "Seat the person as the purchaser's representative, or choose another expert.",
    },
    article: '政府采购货物和服务招标投标管理办法 第四十七条',
  },
  'representative-not-of-purchaser': {
    status: 422,
    title: { zh: '采购人代表应当来自采购人', en: 'The representative must come from the purchaser' },
    remedy: { zh: '请选择采购人单位的评审人员。', en: 'Choose an evaluator of the purchaser.' },
    article: '政府采购货物和服务招标投标管理办法 第四十七条',
  },
  'member-twice': {
    status: 422,
    title: { zh: '同一人员不能重复担任成员', en: 'The same person cannot sit twice' },
    remedy: {
      zh: '请删除重复的成员，被更换的成员不得再次进入。',
      en: 'Remove the double; who was replaced does not come back.',
    },
  },
  'one-chair-needed': {
    status: 422,
    title: { zh: '评标委员会应当有且只有一名组长', en: 'A committee has exactly one chair' },
    remedy: { zh: '请指定一名组长。', en: 'Name one chair.' },
    article: '政府采购货物和服务招标投标管理办法 第四十八条',
  },
  'committee-not-as-noticed': {
    status: 422,
    title: { zh: '成员人数与公告载明的组成不一致', en: 'The committee differs from what the notice says' },
    remedy: { zh: '请按公告载明的人数和专家人数组建。', en: 'Form it with the size and experts of the notice.' },
  },
  'committee-unlawful': {
    status: 422,
    title: { zh: '评标委员会的组成不符合规定', en: 'The committee is not made up as the law asks' },
    remedy: { zh: '请按所列问题调整人数、专家比例或组长。', en: 'Correct size, share of experts or chair as listed.' },
    article: '政府采购货物和服务招标投标管理办法 第四十七条',
  },
  'committee-not-ready': {
    status: 409,
    title: { zh: '还有成员未签到或未作回避声明', en: 'Some members have not signed in or not declared' },
    remedy: { zh: '全体成员签到并声明后方可评审。', en: 'All members sign in and declare first.' },
  },
  'member-must-be-replaced': {
    status: 409,
    title: { zh: '有成员声明回避，须先更换', en: 'A member declared a conflict and must be replaced first' },
    remedy: { zh: '请由组建单位更换该成员后继续。', en: 'Whoever formed the committee replaces the member.' },
    article: '政府采购货物和服务招标投标管理办法 第四十九条',
  },
  'member-not-replaceable': {
    status: 409,
    title: { zh: '该成员不符合更换情形', en: 'This member cannot be replaced on that ground' },
    remedy: {
      zh: '回避须由本人声明；已完成评分的成员不能按缺席更换。',
      en: 'A conflict is declared by the member; who has finished is not absent.',
    },
    article: '政府采购货物和服务招标投标管理办法 第四十九条',
  },
  'evaluation-status-conflict': {
    status: 409,
    title: { zh: '当前阶段不能办理此事', en: 'Not possible at this stage of the evaluation' },
    remedy: { zh: '请刷新页面查看当前阶段。', en: 'Reload to see where the evaluation stands.' },
  },
  'sign-in-first': {
    status: 409,
    title: { zh: '请先签到', en: 'Sign in first' },
    remedy: { zh: '签到后查看投标人名单并作回避声明。', en: 'Sign in, read the list of bidders, then declare.' },
  },
  'bidder-list-changed': {
    status: 409,
    title: { zh: '声明所依据的投标人名单不一致', en: 'The declaration is about another list of bidders' },
    remedy: { zh: '请刷新名单后重新声明。', en: 'Reload the list and declare again.' },
  },
  'conflict-stays': {
    status: 409,
    title: { zh: '已声明的回避不能撤回', en: 'A declared conflict stays' },
    remedy: { zh: '请等待组建单位更换成员。', en: 'Wait to be replaced.' },
    article: '政府采购法 第十二条',
  },
  'declare-first': {
    status: 409,
    title: { zh: '请先作回避声明', en: 'Declare about conflicts first' },
    remedy: {
      zh: '声明与投标人无利害关系后方可查看投标文件。',
      en: 'Bids are shown after you declared to have no conflict.',
    },
    article: '政府采购法 第十二条',
  },
  'chair-only': {
    status: 403,
    title: { zh: '此事由组长办理', en: 'The chair does this' },
    remedy: { zh: '请由评标委员会组长办理。', en: 'Ask the chair of the committee.' },
  },
  'review-of-purchaser': {
    status: 403,
    title: { zh: '资格审查由采购人或代理机构进行', en: "Qualification is reviewed by the purchaser's side" },
    remedy: { zh: '评标委员会负责符合性审查。', en: 'The committee reviews conformity.' },
    article: '政府采购货物和服务招标投标管理办法 第四十四条',
  },
  'review-item-unknown': {
    status: 422,
    title: { zh: '招标文件没有这项审查内容', en: 'The documents have no such item' },
    remedy: { zh: '请按招标文件列明的审查项办理。', en: 'Use the items of the documents.' },
  },
  'review-closed': {
    status: 409,
    title: { zh: '该审查阶段已经结束', en: 'This review is closed' },
    remedy: { zh: '审查结论已记录，不能再修改。', en: 'Its verdicts are on record.' },
  },
  'reason-needed': {
    status: 422,
    title: { zh: '需要填写理由', en: 'A reason is needed' },
    remedy: { zh: '请写明事实和依据。', en: 'Say the fact and its ground.' },
  },
  'review-incomplete': {
    status: 409,
    title: { zh: '还有审查项没有结论', en: 'Some items have no verdict yet' },
    remedy: { zh: '请补齐所列投标的审查项。', en: 'Complete the items listed.' },
  },
  'abnormally-low-open': {
    status: 409,
    title: {
      zh: '有报价触发异常低价审查，尚未逐一表决',
      en: 'Prices that are conspicuously low have not been voted on',
    },
    remedy: {
      zh: '请要求投标人在不少于30分钟内说明，并由每名成员对说明是否成立表决。',
      en: 'Let the bidder explain within at least 30 minutes; each member then votes.',
    },
    article: '财库〔2026〕2号',
  },
  'committee-must-decide': {
    status: 422,
    title: {
      zh: '有效投标不足三家，须由评标委员会判断是否仍有竞争性',
      en: 'With fewer than three bids the committee must say whether competition remains',
    },
    remedy: { zh: '请填写判断和理由。', en: 'Give the verdict and its reason.' },
    article: '评标委员会和评标方法暂行规定 第二十七条',
  },
  'scoring-item-unknown': {
    status: 422,
    title: { zh: '招标文件没有这项评审因素', en: 'The documents have no such factor' },
    remedy: { zh: '请按招标文件列明的评审因素评分。', en: 'Use the factors of the documents.' },
  },
  'score-out-of-range': {
    status: 422,
    title: { zh: '评分超出该项分值范围', en: 'The score lies outside 0 and the maximum' },
    remedy: { zh: '请在0分与该项满分之间评分。', en: 'Score between 0 and the maximum.' },
    article: '政府采购货物和服务招标投标管理办法 第六十四条',
  },
  'score-outside-intervals': {
    status: 422,
    title: { zh: '评分不在招标文件量化的区间内', en: 'The score lies in none of the intervals of the documents' },
    remedy: { zh: '请按对应区间的分值评分。', en: 'Use the points of the interval that fits.' },
    article: '政府采购货物和服务招标投标管理办法 第五十五条',
  },
  'scores-finished': {
    status: 409,
    title: { zh: '您已确认评分完成', en: 'You have finished scoring' },
    remedy: {
      zh: '评分已定，只有成员之间不一致的客观分可以更正。',
      en: 'Scores are final; only objective ones on which members differ may be corrected.',
    },
    article: '政府采购货物和服务招标投标管理办法 第六十四条',
  },
  'scores-incomplete': {
    status: 409,
    title: { zh: '还有评审因素未评分', en: 'Some factors are not scored yet' },
    remedy: { zh: '请补齐所列评分后再确认完成。', en: 'Complete the scores listed.' },
  },
  'members-not-finished': {
    status: 409,
    title: { zh: '还有成员未完成评分', en: 'Some members have not finished' },
    remedy: { zh: '全体成员完成后由组长汇总。', en: 'The chair sums up when all have finished.' },
  },
  'objective-scores-differ': {
    status: 409,
    title: { zh: '客观评审因素的评分不一致', en: 'Objective factors were scored differently' },
    remedy: { zh: '请相关成员核对并更正所列评分。', en: 'The members check and correct the scores listed.' },
    article: '政府采购货物和服务招标投标管理办法 第六十四条',
  },
  'evaluation-not-finished': {
    status: 409,
    title: { zh: '评标尚未结束', en: 'The evaluation is not finished' },
    remedy: { zh: '全体成员签署评标报告后方可办理。', en: 'All members sign the report first.' },
  },
  'document-moved-on': {
    status: 409,
    title: { zh: '他人已先签署，文件有了新版本', en: 'Somebody else has signed: the document moved on' },
    remedy: { zh: '请重新准备签名，您的证书和口令不受影响。', en: 'Prepare your signature again.' },
  },
  'document-signed-already': {
    status: 409,
    title: { zh: '您已签署过此文件', en: 'You have signed this document' },
    remedy: { zh: '无需重复签署。', en: 'Nothing more to do.' },
  },
  'signature-not-prepared': {
    status: 409,
    title: { zh: '没有待完成的签名，或已超过十分钟', en: 'No signature is prepared, or ten minutes are over' },
    remedy: { zh: '请重新准备签名。', en: 'Prepare the signature again.' },
  },
  'pdf-signature-refused': {
    status: 422,
    title: { zh: '签名无效', en: 'The signature is not valid' },
    remedy: { zh: '请使用本人证书对所示文件重新签名。', en: 'Sign the file shown, with your own certificate.' },
  },
}
