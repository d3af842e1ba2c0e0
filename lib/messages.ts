export { fold, type FoldOptions, repairOf } from './ably/folding/fold.js';
export { foldMessages, type FoldMessagesOptions } from './ably/folding/fold-messages.js';
export type { Bounds, FoldedMessage, FoldedMessages, Sending } from './ably/folding/folding.js';
export { messageOf, type MessageOfOptions, type MessageStream } from './ably/folding/message-of.js';
export { type ChannelMetrics, occupancyOf } from './ably/folding/occupancy.js';
export type { Repair } from './ably/folding/repair.js';
export {
  type ClientIdCounts,
  type ClientIdList,
  distinctSums,
  flagSum,
  multipleSums,
  totalSum,
  uniqueSums,
} from './ably/folding/sums.js';
