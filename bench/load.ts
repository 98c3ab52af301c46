import { Agent, get } from 'node:http'

/**
 * `node bench/load.ts URL SECONDS CONNECTIONS`: keeps so many requests under way for so long over kept-alive
 * connections and prints the answers per second; ends with 1 when an answer was not 200. Its own process, so that the
 * server is not measured together with who asks it.
 */
const [url = '', seconds = '3', connections = '16'] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) })

const ask = (): Promise<void> =>
  new Promise((done, failed) => {
    const request = get(url, { agent }, (answer) => {
      if (answer.statusCode !== 200) failed(new Error(`${url}: ${answer.statusCode}`))
      answer.resume()
      answer.once('end', done)
    })
    request.once('error', failed)
  })

const until = performance.now() + Number(seconds) * 1000
const began = performance.now()
let answers = 0
const askOn = async (): Promise<void> => {
  while (performance.now() < until) {
    await ask()
    answers += 1
  }
}
await Promise.all(Array.from({ length: Number(connections) }, askOn))
console.log((answers / ((performance.now() - began) / 1000)).toFixed(1))
agent.destroy()
