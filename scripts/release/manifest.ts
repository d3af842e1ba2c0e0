/** What a manifest says of the project, and has to say before it is published. */
export interface Manifest {
  readonly version: string;
  readonly author?: string;
  readonly homepage?: string;
  readonly repository?: { readonly url: string };
  readonly bugs?: { readonly url: string };
}

/** Stands where the owner's name belongs, until there is one. */
const placeholder = /OWNER|AUTHOR/;

/** The fields that still have a placeholder, or nothing at all. */
export function unfilled({ author, homepage, repository, bugs }: Manifest): readonly string[] {
  const fields = { author, homepage, 'repository.url': repository?.url, 'bugs.url': bugs?.url };
  return Object.entries(fields)
    .filter(([, value]) => value === undefined || value.trim() === '' || placeholder.test(value))
    .map(([name]) => name);
}

/**
 * The pages of the codes that the library makes, up to the code: docs/troubleshooting.md as the tag of this version has it.
 * `undefined` while `homepage` or `repository.url` is a placeholder, or no page of a repository.
 */
export function codePagesOf(manifest: Manifest): string | undefined {
  if (unfilled(manifest).some((name) => name === 'homepage' || name === 'repository.url')) return undefined;
  const [, page] =
    /^(?:git\+)?(https:\/\/[^/]+\/[^#?]+?)(?:\.git)?$/.exec(manifest.repository?.url ?? '') ?? [];
  return page && `${page}/blob/v${manifest.version}/docs/troubleshooting.md#code-`;
}
