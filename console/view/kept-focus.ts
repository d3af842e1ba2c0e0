import { useLayoutEffect, useRef } from 'preact/hooks';

interface Focused {
  readonly element: Element;
  /** Gets the focus where the element is gone. */
  readonly around: HTMLElement | null;
}

/**
 * Keeps the focus in its part of the page when the element that had it goes away, as a row does whose connection is lost:
 * a keyboard would begin at the top of the page again.
 */
export function useKeptFocus(): {
  readonly onFocusIn: (event: FocusEvent) => void;
} {
  const last = useRef<Focused | undefined>(undefined);
  useLayoutEffect(() => {
    const { current } = last;
    if (!current || current.element.isConnected) return;
    if (document.activeElement === document.body) current.around?.focus();
    last.current = undefined;
  });
  const onFocusIn = ({ target }: FocusEvent): void => {
    if (target instanceof Element)
      last.current = {
        element: target,
        around: target.parentElement?.closest<HTMLElement>('[tabindex="-1"]') ?? null,
      };
  };
  return { onFocusIn };
}
