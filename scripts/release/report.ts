/** What is counted at a release, to be held against the next one. */
export interface Counted {
  readonly version: string;
  /** Points of the specification with a spec, and in all. */
  readonly specPoints: { readonly specified: number; readonly all: number };
  /** kB, min + gzip, without rxjs, by bundle. */
  readonly weights: Readonly<Record<string, number>>;
}

const change = (now: number, before: number | undefined): string => {
  if (before === undefined) return 'new';
  const difference = Math.round((now - before) * 10) / 10;
  if (difference === 0) return 'as before';
  return difference > 0 ? `+${difference}` : String(difference);
};

/** A table of the counts of now beside those of the last release, if there was one. */
export function reportOf(now: Counted, before: Counted | undefined): string {
  const weights = Object.entries(now.weights).map(
    ([name, kB]) => [`${name}, kB`, kB, before?.weights[name]] as const,
  );
  const gone = Object.keys(before?.weights ?? {}).filter((name) => !(name in now.weights));
  const points = [
    ['points of the specification with a spec', now.specPoints.specified, before?.specPoints.specified],
    ['points of the specification', now.specPoints.all, before?.specPoints.all],
  ] as const;
  return [
    `| ${now.version} against ${before ? before.version : 'nothing: it is the first'} | now | change |`,
    '| --- | ---: | ---: |',
    ...[...points, ...weights].map(
      ([name, value, past]) => `| ${name} | ${value} | ${before ? change(value, past) : ''} |`,
    ),
    ...gone.map((name) => `| ${name}, kB | gone | |`),
  ].join('\n');
}
