export type Described = { number: string; title: string; origin: string; at: Date }

const beijing = (at: Date): string =>
  new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

const zh = ({ number, title, origin, at }: Described): string => `证据包

项目：${title}（${number}）
平台：${origin}
制作时间：${beijing(at)}（北京时间）

本文件收录制作时该项目的全部公开内容，每一项都是平台公开地址返回的原始字节：公告和PDF、保管人名册、项目事件及其入册
证明、见证方附署的检查点；开标后还有投标清单、签名、交出密钥的声明、开标一览表密文、开标记录；结果公布后还有评标结果、
中标结果公告和合同。index.json 列出每个文件的公开地址、大小和SHA-256。不公开的内容（资格、技术和分项报价部分，撤回的
投标，评标报告全文，中标通知书）不在其中。

一、直接阅读
api/tenders/…/notices/ 下是公告，api/lots/…/opening-record.pdf 是开标记录。PDF内的电子签名用PDF阅读器查看。

二、断网核验
1. 取得平台的开源程序（Node 26），并自行向见证方和认证机构取得见证规则文件 policy.txt 和机构证书 ca.pem；
2. 在没有网络的机器上执行：
   npm run verify -- 证据包.zip --policy policy.txt --ca ca.pem --zh
   带有日志叶子的证据包可再加 --complete，核验有没有投标被漏掉或添加；
   手头有评标报告或中标通知书PDF的人，可再加 --paper 文件名，一并核验其散列和签名；
3. 每行是一项编号的检查：ok 为通过，FAIL 为不符，- 为在此处不核验（不等于通过）。
演示和沙箱平台的日志来源以 /sandbox 结尾，不带后两个参数也能核验，但只说明内容自相一致。
也可在任何部署的「验证」页面选择本文件核验，计算全部在浏览器内完成。

三、不用本平台的程序
文件格式、散列和每项检查的规定见源代码 docs/sealing.md，可据此另写核验程序。

本证据包只说明制作时的情况；此后日志中又记了什么，要看日志本身。索引没有签名，改动索引和文件的人会被日志中的散列发现。
`

const en = ({ number, title, origin, at }: Described): string => `Evidence bundle

Tender: ${title} (${number})
Platform: ${origin}
Made at: ${at.toISOString()}

This file holds everything public of the tender at that moment, each item as the exact bytes that its public address
gave: notices and their PDFs, the trustee set, the tender's events with their proofs in the log, the checkpoint that the
witnesses cosigned; after the opening the manifests, signatures, release statements, summary ciphertexts and the opening
record; after the result the public evaluation, the result notice and the contract. index.json lists the address, size
and SHA-256 of each file. What is not public (qualification, technical and price-detail envelopes, bids that were
withdrawn, the full evaluation report, the award letter) is not in it.

1. To read
api/tenders/…/notices/ holds the notices, api/lots/…/opening-record.pdf the opening record. A PDF reader shows the
signatures inside.

2. To verify without a network
- Get the platform's open-source program (Node 26) and, from the witnesses and the certificate authorities themselves,
  their policy file policy.txt and certificates ca.pem.
- On a machine without a network:
    npm run verify -- bundle.zip --policy policy.txt --ca ca.pem
  For a bundle with leaves add --complete: whether a bid was dropped or added.
  Whoever was given the evaluation report or the award letter adds --paper FILE: its hash and signatures.
- Each line is a numbered check: "ok" holds, "FAIL" does not, "-" was not checked here and does not count as passed.
The log of a demo or sandbox has an origin that ends in /sandbox; it verifies without the two options, but then only
agreement with itself is shown.
The page "Verify" of any deployment takes this file too; everything is computed in the browser.

3. Without this platform's program
docs/sealing.md in the source specifies the formats, hashes and every check, so that another verifier can be written.

A bundle speaks of the moment it was made; what the log recorded later, the log itself tells. The index is not signed:
whoever alters it together with a file is found by the hashes in the log.
`

/** README.txt of a bundle: how to check it, in both languages. */
export const readmeOf = (tender: Described): string => `${zh(tender)}
${'-'.repeat(72)}

${en(tender)}`
