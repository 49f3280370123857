import { useLayoutEffect, useRef } from 'preact/hooks';

/** A box to type in: what is in it stays, with what is selected of it, until it is left or confirmed, whatever arrives meanwhile. */
export function useTyped<T extends HTMLInputElement | HTMLTextAreaElement>(value: string) {
  const box = useRef<T>(null);
  const isTyped = useRef(false);
  const show = () => {
    if (box.current && !isTyped.current && box.current.value !== value) box.current.value = value;
  };
  useLayoutEffect(show);
  return {
    ref: box,
    typed: () => void (isTyped.current = true),
    /** Typing is over: the box follows the value again. */
    done: () => {
      isTyped.current = false;
      show();
    },
  };
}

interface NumberBoxProps {
  value: number;
  set: (value: number) => void;
  /** Sets with every key that leaves a number; otherwise when the box is left or Enter is pressed. */
  live?: boolean;
  [attribute: string]: unknown;
}

/** A number to type in. */
export function NumberBox({ value, set, live, ...attributes }: NumberBoxProps) {
  const { ref, typed, done } = useTyped<HTMLInputElement>(String(value));
  const take = (e: { currentTarget: HTMLInputElement }) => {
    const n = e.currentTarget.valueAsNumber;
    if (Number.isFinite(n) && n !== value) set(n);
  };
  return (
    <input
      {...attributes}
      ref={ref}
      type="number"
      onFocus={typed}
      onSelect={typed}
      onKeyDown={e => e.key !== 'Enter' && typed()}
      onInput={e => {
        typed();
        if (live) take(e);
      }}
      onChange={e => {
        take(e);
        done();
      }}
      onBlur={done}
    />
  );
}
