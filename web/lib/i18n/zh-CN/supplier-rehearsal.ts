/** What a supplier's home and bid pages say of the rehearsal room; the room's own words are in `rehearsal.ts`. */
export const supplierRehearsal = {
  'supplier.nav.rehearsal': '演练室',
  'rehearsed.title': '演练',
  'rehearsed.here': '本机已演练通过',
  'rehearsed.here.text': '{ago}前用证书{print}演练通过，有效至{until}。',
  'rehearsed.elsewhere': '本机没有演练',
  'rehearsed.elsewhere.text': '本单位{ago}前用证书{print}在{browser}演练通过，有效至{until}；在这个浏览器里还没有。',
  'rehearsed.none': '还没有演练',
  'rehearsed.none.text': '在这台电脑上用单位证书试一遍加密、上传和解密，几分钟即可，24小时内有效。不演练不影响投标。',
  'rehearsed.act': '去演练',
  'rehearsed.again': '看演练室',
}
