import type { WireMessage } from '../../../ably/wire/frames.js';
import type { WireAnnotation } from '../annotations/wire-annotation.js';
import { type Summary, summaryOf } from '../annotations/summary.js';

const maxPerMessage = 1000; // maximal number of versions, and of annotations, per message

/** One message, with its versions and annotations. */
export class MessageVersions {
  #all: readonly [WireMessage, ...WireMessage[]];
  #annotations: readonly WireAnnotation[] = [];
  #summary: Summary = {};
  /** Serials of versions, by the ids of the edits that made them. */
  #edits: readonly (readonly [id: string, serial: string])[] = [];

  /** `original` has the fields that its frame implies. */
  constructor(original: WireMessage) {
    this.#all = [original];
  }

  /** The message as it was published. */
  get original(): WireMessage {
    return this.#all[0];
  }

  /** The last version, without annotations. */
  get last(): WireMessage {
    return this.#all[this.#all.length - 1] ?? this.#all[0];
  }

  /** The last version, with the summary of its annotations. */
  get latest(): WireMessage {
    const { last } = this;
    const unannotated = Object.keys(this.#summary).length === 0;
    return unannotated ? last : { ...last, annotations: { summary: this.#summary } };
  }

  /** RSL14: oldest first; when there are too many, the original and the latest. */
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

  /** True when no annotation can be added. */
  get full(): boolean {
    return this.#annotations.length >= maxPerMessage;
  }

  /** Serial of the version that the edit with this id has made. */
  versionOfId(id: string): string | undefined {
    return this.#edits.find(([known]) => known === id)?.[1];
  }

  /** Adds what the edit with this id has made of the message. */
  add(version: WireMessage, id: string): void {
    const [original, ...others] = this.#all;
    this.#all = [original, ...others.slice(-(maxPerMessage - 2)), version];
    this.#edits = [...this.#edits.slice(-(maxPerMessage - 1)), [id, version.version?.serial ?? '']];
  }

  /** Serial of the annotation with this id. */
  annotationOfId(id: string): string | undefined {
    return this.#annotations.find((annotation) => annotation.id === id)?.serial;
  }

  annotate(annotation: WireAnnotation): void {
    this.#annotations = [...this.#annotations, annotation];
    this.#summary = summaryOf(this.#annotations);
  }
}
