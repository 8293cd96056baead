const id = '(?:SO|SW|D3|PP)-\\d+';
const leading = new RegExp(`^${id}(?:, ?${id})*(?= |$)`);
const anotherFollows = new RegExp(`^[ ,;/&+]*(?:and )?${id}(?= |,|$)`);

/** The ids that the title of a test begins with: `SO-8, SW-9 asks for a confirmation` carries two. */
export function leadingIds(title: string): readonly string[] {
  return leading.exec(title)?.[0].split(/, ?/) ?? [];
}

/** Why a title does not count for what its writer may have meant, or null. */
export function problemOfTitle(title: string, known: ReadonlySet<string>): string | null {
  const ids = leadingIds(title);
  const unknown = ids.filter((one) => !known.has(one));
  if (unknown.length > 0) return `there is no behaviour ${unknown.join(', ')}`;
  const rest = title.slice(leading.exec(title)?.[0].length ?? 0);
  if (ids.length > 0 && anotherFollows.test(rest))
    return `counts for ${ids.join(', ')} only; separate several ids by commas`;
  return ids.length === 0 && new RegExp(`^${id}`).test(title) ? 'write a space after the id' : null;
}
