/** Waits for the end of something, but no longer than so many milliseconds. */
export async function atMost(ms: number, end: Promise<unknown>): Promise<void> {
  let impatience: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    impatience = setTimeout(resolve, ms);
  });
  await Promise.race([end, patience]).finally(() => clearTimeout(impatience));
}
