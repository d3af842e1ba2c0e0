import type { Emulator, PresentMember } from '../../emulator/index.js';

type Fixtures = Readonly<Record<string, readonly PresentMember[]>>;

/** Makes the members of one set those of another: some leave, some enter, and some have other data. */
export function applyFixtures(emulator: Emulator, before: Fixtures, now: Fixtures): void {
  for (const channel of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const [old, wanted] = [membersOf(before, channel), membersOf(now, channel)];
    const presence = emulator.presence(channel);
    for (const [id, member] of old) if (!wanted.has(id)) presence.leave(member);
    for (const [id, member] of wanted) {
      const earlier = old.get(id);
      if (!earlier) presence.enter(member);
      else if (JSON.stringify(earlier) !== JSON.stringify(member)) presence.update(member);
    }
  }
}

const membersOf = (fixtures: Fixtures, channel: string): ReadonlyMap<string, PresentMember> =>
  new Map(
    (Object.hasOwn(fixtures, channel) ? (fixtures[channel] ?? []) : []).map((member) => [
      `${member.connectionId ?? ''} ${member.clientId}`,
      member,
    ]),
  );
