import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explanation, parseAuctions } from './auctions.ts'

const HEAD = 'auction_id,date,title,detail,ceiling,floor,bidder_id,bid,winner\n'

test('rows of one auction come together, amounts are exact, a quoted comma is text', () => {
  const [auction] = parseAuctions(`${HEAD}a,2007-06-07,"road, no. 1",x,100,,1,90,1\na,2007-06-07,t,x,100,,2,95,0\n`)
  assert.equal(auction?.title, 'road, no. 1')
  assert.deepEqual(auction?.bids, [
    { bidder: '1', price: 90n },
    { bidder: '2', price: 95n },
  ])
  assert.equal(explanation(auction!), null)
})

test('a winner that is not the lowest valid bid is explained by the data, the lowest is not', () => {
  const [auction] = parseAuctions(`${HEAD}a,d,t,x,100,,1,95,1\na,d,t,x,100,,2,90,0\n`)
  assert.match(explanation(auction!) ?? '', /lowest valid bid was 90/)
  const [floored] = parseAuctions(`${HEAD}a,d,t,x,100,80,1,95,1\na,d,t,x,100,80,2,70,0\n`)
  assert.equal(explanation(floored!), null)
})

test('a foreign head and a torn row are refused by their line', () => {
  assert.throws(() => parseAuctions('a,b\n'), /expected the columns/)
  assert.throws(() => parseAuctions(`${HEAD}a,d\n`), /line 2/)
})
