/** A child process of the platform ends with it: the IPC channel closes even when the parent is killed. */
export const endWithParent = (): void => {
  if (process.env.SUNLIT_TIED !== '1') return
  process.on('disconnect', () => process.exit(0))
  process.channel?.unref()
}
