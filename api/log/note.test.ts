import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, toHex, utf8 } from './bytes.ts'
import { checkpointText, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts'
import { cosign, cosignedAt } from './cosignature.ts'
import { newSeed, nobleSigner, signerOf, verifyEd25519, verifyWithNoble, verifyWithWeb, webSigner } from './ed25519.ts'
import { COSIGNATURE, ED25519, formatVkey, isSignedBy, noteSigner, parseNote, parseVkey, signNote } from './note.ts'
import { checkedPolicy, formatPolicy, judgeCheckpoint, type Policy, parsePolicy } from './policy.ts'
import { formatProof, parseProof, verifyProof } from './proof.ts'
import { inclusionProof, leafHash, merkleRoot } from './tree.ts'

const signer = async (name: string, type: number) => noteSigner(name, type, await signerOf(newSeed()))

/** RFC 8032 §7.1, TEST 3. */
const RFC8032 = {
  seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
  publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
  message: 'af82',
  signature:
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
}

test('Ed25519: the RFC 8032 vector, by Node, by WebCrypto and by noble alike', async () => {
  const message = fromHex(RFC8032.message)
  for (const make of [signerOf, webSigner, nobleSigner]) {
    const one = await make(fromHex(RFC8032.seed))
    assert.equal(toHex(one.publicKey), RFC8032.publicKey)
    assert.equal(toHex(await one.sign(message)), RFC8032.signature)
  }
  for (const verify of [verifyEd25519, verifyWithWeb, verifyWithNoble]) {
    const [key, signature] = [fromHex(RFC8032.publicKey), fromHex(RFC8032.signature)]
    assert.ok(await verify(key, message, signature))
    assert.ok(!(await verify(key, fromHex('af83'), signature)))
    assert.ok(!(await verify(key, message, signature.slice(1))))
    assert.ok(!(await verify(new Uint8Array(31), message, signature)))
  }
})

test('signed-note: the example of the Go note package verifies', async () => {
  const key = parseVkey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')
  const note =
    'If you think cryptography is the answer to your problem,\n' +
    "then you don't know what your problem is.\n\n" +
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
  assert.ok(await isSignedBy(parseNote(note), key))
  assert.ok(!(await isSignedBy(parseNote(note.replace('cryptography', 'Cryptography')), key)))
  assert.equal(formatVkey(key), 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')
  assert.throws(() => parseVkey('PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'), RangeError)
})

test('signed-note: malformed notes are refused, foreign signatures ignored, a false one by a known key fails', async () => {
  const [mine, other] = [await signer('log.example/a', ED25519), await signer('log.example/a', ED25519)]
  const note = await signNote('text\n\nmore\n', mine)
  assert.equal(parseNote(note).text, 'text\n\nmore\n')
  assert.ok(await isSignedBy(parseNote(note), mine))
  assert.ok(!(await isSignedBy(parseNote(note), other)))
  const both = note + (await signNote('text\n\nmore\n', other)).slice('text\n\nmore\n\n'.length)
  assert.ok(await isSignedBy(parseNote(both), mine))
  const false_ = note + (await signNote('other\n', mine)).slice('other\n\n'.length)
  assert.ok(!(await isSignedBy(parseNote(false_), mine)))
  for (const bad of [
    '',
    'text\n',
    'text\n\n',
    note.slice(0, -1),
    `${note}x\n`,
    note.replace('text', 'te\tt'),
    note.replace('— ', '- '),
  ])
    assert.throws(() => parseNote(bad), RangeError, JSON.stringify(bad))
  for (const name of ['', 'a b', 'a+b', 'a\n'])
    assert.throws(() => noteSigner(name, ED25519, { publicKey: mine.publicKey, sign: mine.sign }), RangeError)
})

test('checkpoints: round trip, time line, wrong origin and malformed sizes', async () => {
  const log = await signer('sunlit.example/log/sandbox', ED25519)
  const checkpoint = { origin: log.name, size: 70_000, root: merkleRoot([utf8('a')]), time: 1_795_000_000_123 }
  const note = await signCheckpoint(checkpoint, log)
  const { note: _, ...opened } = (await openCheckpoint(note, log))!
  assert.deepEqual(opened, checkpoint)
  assert.equal(await openCheckpoint(await signCheckpoint({ ...checkpoint, origin: 'other' }, log), log), null)
  assert.equal(await openCheckpoint(note.replace('70000', '70001'), log), null)
  const text = checkpointText(checkpoint)
  for (const bad of [
    text.replace('70000', '070000'),
    text.replace('70000', '-1'),
    text.replace('time 1', 'time x'),
    `${text}time 5\n`,
    'a\n1\n',
    `${text}\n`,
  ])
    assert.throws(() => parseCheckpoint(bad), RangeError, bad)
})

const policyOf = async (count: number, quorum: number) => {
  const log = await signer('sunlit.example/log', ED25519)
  const keys = await Promise.all(Array.from({ length: count }, (_, i) => signer(`witness-${i}.example`, COSIGNATURE)))
  const witnesses = keys.map((key, i) => ({ name: `w${i}`, key, url: null }))
  return { log, keys, policy: { log, logUrl: null, witnesses, quorum } satisfies Policy }
}

test('cosignatures: time is signed, the quorum is counted among the policy only', async () => {
  const { log, keys, policy } = await policyOf(3, 2)
  const stranger = await signer('stranger.example', COSIGNATURE)
  const checkpoint = { origin: log.name, size: 4, root: merkleRoot([utf8('a')]), time: 1000 }
  const note = await signCheckpoint(checkpoint, log)
  const text = checkpointText(checkpoint)
  const one = note + (await cosign(text, keys[0]!, 1700)) + (await cosign(text, stranger, 1700))
  assert.equal((await judgeCheckpoint(one, policy))!.quorum, false)
  const all = one + (await cosign(text, keys[1]!, 1710)) + (await cosign(text, keys[2]!, 1705))
  const judged = (await judgeCheckpoint(all, policy))!
  assert.deepEqual([judged.quorum, judged.notBefore, judged.seenBy, judged.cosignatures.length], [true, 1705, 1705, 3])
  assert.equal(await cosignedAt(parseNote(all), keys[1]!), 1710)
  assert.equal(await cosignedAt(parseNote(note + (await cosign(text.replace('4', '5'), keys[0]!, 1))), keys[0]!), null)
  await assert.rejects(cosign(text, log, 1), RangeError)
})

test('policies: round trip; a quorum of half or less, a doubled key and unknown lines are refused', async () => {
  const { policy, keys } = await policyOf(3, 2)
  const file = formatPolicy(policy)
  assert.equal(formatPolicy(parsePolicy(`# ours\n\n${file}`)), file)
  assert.equal(parsePolicy(file.replace('group witnesses 2', 'group witnesses all')).quorum, 3)
  for (const bad of [
    file.replace('group witnesses 2', 'group witnesses 1'),
    file.replace('group witnesses 2', 'group witnesses any'),
    file.replace('group witnesses 2', 'group witnesses 4'),
    file.replace('w0 w1 w2', 'w0 w1 w1'),
    file.replace('quorum witnesses', 'quorum none'),
    `${file}extra\n`,
    file.replace(/^log .*\n/, ''),
  ])
    assert.throws(() => parsePolicy(bad), RangeError, bad)
  const twice = [0, 1].map((i) => ({ name: `w${i}`, key: keys[0]!, url: null }))
  assert.throws(() => checkedPolicy({ ...policy, witnesses: twice, quorum: 2 }), RangeError)
})

test('tlog-proof: verifies under the policy, not without a quorum, not for another leaf, index or hash', async () => {
  const { log, keys, policy } = await policyOf(2, 2)
  const leaves = Array.from({ length: 7 }, (_, i) => utf8(`leaf ${i}`))
  const read = async (level: number, index: number) =>
    merkleRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))
  const checkpoint = { origin: log.name, size: 7, root: merkleRoot(leaves), time: 5 }
  const signed = await signCheckpoint(checkpoint, log)
  const text = checkpointText(checkpoint)
  const note = signed + (await cosign(text, keys[0]!, 9)) + (await cosign(text, keys[1]!, 9))
  const proof = { index: 5, hashes: await inclusionProof(5, 7, read), checkpoint: note }
  const file = formatProof(proof)
  assert.deepEqual(parseProof(file), proof)
  assert.equal((await verifyProof(file, leaves[5]!, policy))?.index, 5)
  assert.equal(await verifyProof(file, leaves[4]!, policy), null)
  assert.equal(await verifyProof(file.replace('index 5', 'index 4'), leaves[5]!, policy), null)
  assert.equal(await verifyProof(formatProof({ ...proof, checkpoint: signed }), leaves[5]!, policy), null)
  assert.equal(
    await verifyProof(
      formatProof({ ...proof, hashes: [leafHash(utf8('x')), ...proof.hashes.slice(1)] }),
      leaves[5]!,
      policy,
    ),
    null,
  )
  assert.equal(await verifyProof('nonsense', leaves[5]!, policy), null)
})
