import type { WireMessage } from '../../../ably/wire/frames.js';
import type { WireAnnotation } from '../annotations/wire-annotation.js';
import { type Summary, summaryOf } from '../annotations/summary.js';

const maxPerMessage = 1000; // of versions, and of annotations, for each message

/** One message with what has become of it. */
export class MessageVersions {
  #all: readonly [WireMessage, ...WireMessage[]];
  #annotations: readonly WireAnnotation[] = [];
  #summary: Summary = {};

  /** `original` as it is told outside its frame. */
  constructor(original: WireMessage) {
    this.#all = [original];
  }

  /** As it was published. */
  get original(): WireMessage {
    return this.#all[0];
  }

  /** Its last version. */
  get last(): WireMessage {
    return this.#all[this.#all.length - 1] ?? this.#all[0];
  }

  /** The same, with what is to be said of its annotations. */
  get latest(): WireMessage {
    const { last } = this;
    const unannotated = Object.keys(this.#summary).length === 0;
    return unannotated ? last : { ...last, annotations: { summary: this.#summary } };
  }

  /** RSL14: oldest first; of very many, the original and the latest. */
  get all(): readonly WireMessage[] {
    return this.#all;
  }

  /** Oldest first. */
  get annotations(): readonly WireAnnotation[] {
    return this.#annotations;
  }

  /** TM8a */
  get summary(): Summary {
    return this.#summary;
  }

  /** Whether there is no room for another annotation. */
  get full(): boolean {
    return this.#annotations.length >= maxPerMessage;
  }

  add(version: WireMessage): void {
    const [original, ...others] = this.#all;
    this.#all = [original, ...others.slice(-(maxPerMessage - 2)), version];
  }

  /** The serial of the annotation that came with this id. */
  annotationOfId(id: string): string | undefined {
    return this.#annotations.find((annotation) => annotation.id === id)?.serial;
  }

  annotate(annotation: WireAnnotation): void {
    this.#annotations = [...this.#annotations, annotation];
    this.#summary = summaryOf(this.#annotations);
  }
}
