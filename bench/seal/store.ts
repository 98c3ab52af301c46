import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { openFilesystemStore } from '../../storage/filesystem.ts'
import { filesystemRoutes } from '../../storage/filesystem-routes.ts'

/** `node bench/seal/store.ts DIRECTORY KEY`: the store's routes alone in a process, so that its memory can be looked at. */
const [directory = '', key = ''] = process.argv.slice(2)
const store = await openFilesystemStore({ directory, signingKey: Buffer.from(key, 'hex') })
const app = new Hono().route('/objects', filesystemRoutes(store))
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }: AddressInfo) => process.send?.(port))
