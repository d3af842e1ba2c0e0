import { AssertionError } from 'chai';

/**
 * Declares a spec that asserts the right behaviour and is known to fail until the `reference` is dealt with. It passes
 * only as long as an assertion of `body` fails, so that the suite tells when the behaviour has come right.
 */
export function knownToFail(title: string, reference: string, body: () => void | Promise<void>): void {
  it(`${title} (known to fail: ${reference})`, () => failsByAssertion(body));
}

/** Rejects unless `body` fails by an assertion: any other error says that the spec itself is broken. */
export async function failsByAssertion(body: () => void | Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    if (error instanceof AssertionError) return;
    throw new Error('Is known to fail by an assertion, and failed for another reason.', { cause: error });
  }
  throw new Error('Is known to fail, and passes now: make it an ordinary spec.');
}
