import { fromHex, sha256, toHex, utf8 } from '../log/bytes.ts'
import { bidContext } from './context.ts'
import { sealEnvelope } from './envelope.ts'
import { shareCommitment } from './escrow.ts'
import { hpkeSeal } from './hpke.ts'

/*
 * Makes vectors.gen.json: `node api/seal/vectors.testing.ts > api/seal/vectors.gen.json`. Inputs are fixed here, so the
 * file changes only when the format does, and the format may not.
 */
const LENGTHS = [0, 1, 16383, 16384, 16385, 65536]

/** Plaintext of a vector: byte j = j mod 251. */
export const patternOf = (length: number) => Uint8Array.from({ length }, (_, j) => j % 251)

const seed = (name: string) => sha256(utf8(`sunlit vector ${name}`))

export const makeVectors = async () => {
  const place = {
    tenderId: '01906a2e-7c1b-7d3e-9f00-0a1b2c3d4e5f',
    lotId: '01906a2e-7c1b-7d3e-9f00-0a1b2c3d4e60',
    kind: 'summary',
    certificateDer: toHex(utf8('any bytes serve as a certificate here')),
    bidSeq: 1,
    envelopeNo: 2,
  } as const
  const ctx = await bidContext({ ...place, certificateDer: fromHex(place.certificateDer) })
  const [dek, setHash, salt] = [await seed('dek'), await seed('set'), (await seed('salt')).slice(0, 24)]
  const envelopes = []
  for (const length of LENGTHS) {
    const sealed = await sealEnvelope(patternOf(length), dek, ctx, setHash, salt)
    envelopes.push({
      length,
      size: sealed.length,
      sha256: toHex(await sha256(sealed)),
      head: toHex(sealed.slice(0, 96)),
    })
  }
  const [ikm, share] = [await seed('ikm'), new Uint8Array([...(await seed('share')), 7])]
  // the P-256 base point serves as a recipient key: nobody needs to open this wrap
  const pk = fromHex(
    '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  )
  const head56 = fromHex(envelopes[0]!.head).slice(0, 56)
  const info = new Uint8Array([...utf8('sunlit/v1/escrow\n'), ...ctx, 1, ...head56])
  const wrap = toHex(await hpkeSeal(pk, info, share, ikm))
  const escrow = {
    i: 1,
    pk: toHex(pk),
    ikm: toHex(ikm),
    share: toHex(share),
    wrap,
    c: toHex(await shareCommitment(ctx, 1, share)),
  }
  return {
    context: { ...place, ctx: toHex(ctx) },
    keys: { dek: toHex(dek), setHash: toHex(setHash), salt: toHex(salt) },
    envelopes,
    escrow,
  }
}

if (import.meta.main) console.log(JSON.stringify(await makeVectors(), null, 2))
