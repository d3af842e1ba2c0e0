/** CHM2: how many attachments and members a channel has. */
export interface ChannelMetrics {
  /** CHM2a: attachments in all. */
  readonly connections: number;
  /** CHM2b: attachments that may enter presence. */
  readonly presenceConnections: number;
  /** CHM2c */
  readonly presenceMembers: number;
  /** CHM2d: attachments that receive presence. */
  readonly presenceSubscribers: number;
  /** CHM2e: attachments that may publish. */
  readonly publishers: number;
  /** CHM2f: attachments that receive messages. */
  readonly subscribers: number;
  /** CHM2g */
  readonly objectPublishers: number;
  /** CHM2h */
  readonly objectSubscribers: number;
}
