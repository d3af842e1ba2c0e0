/** TR3: the bits of a ProtocolMessage's `flags`. */
export const Flag = {
  hasPresence: 1 << 0,
  hasBacklog: 1 << 1,
  resumed: 1 << 2,
  transient: 1 << 4,
  attachResume: 1 << 5,
  hasObjects: 1 << 7,
  presence: 1 << 16,
  publish: 1 << 17,
  subscribe: 1 << 18,
  presenceSubscribe: 1 << 19,
  annotationPublish: 1 << 21,
  annotationSubscribe: 1 << 22,
  objectSubscribe: 1 << 24,
  objectPublish: 1 << 25,
} as const;

const modeBits = {
  presence: Flag.presence,
  publish: Flag.publish,
  subscribe: Flag.subscribe,
  presence_subscribe: Flag.presenceSubscribe,
  annotation_publish: Flag.annotationPublish,
  annotation_subscribe: Flag.annotationSubscribe,
  object_subscribe: Flag.objectSubscribe,
  object_publish: Flag.objectPublish,
} as const;

/** TB2d: the uses of an attachment; asked for in the channel's options, granted in ATTACHED. */
export type ChannelMode = keyof typeof modeBits;

export const channelModes = Object.keys(modeBits) as readonly ChannelMode[];

/** TB2d: a mode as it can be asked for: capital letters are those of the specification and of Ably's own client. */
export type GivenMode<Mode extends string = ChannelMode | 'message_subscribe'> = Mode | Uppercase<Mode>;

/** TR3u: a mode by its one name; any other word in small letters, and what is no word as it is. */
export const modeOf = (mode: unknown): unknown => {
  const name = typeof mode === 'string' ? mode.toLowerCase() : mode;
  return name === 'message_subscribe' ? 'subscribe' : name;
};

/** RTL4l: the bits that ask for these modes. */
export const flagsOfModes = (modes: readonly ChannelMode[]): number =>
  modes.reduce((flags, mode) => flags | modeBits[mode], 0);

/** RTL4m: the modes among the bits; other bits are left out. */
export const modesOfFlags = (flags: number): readonly ChannelMode[] =>
  channelModes.filter((mode) => (flags & modeBits[mode]) !== 0);

export const hasFlag = (flags: number | undefined, flag: number): boolean =>
  flags !== undefined && (flags & flag) !== 0;
