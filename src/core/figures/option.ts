/** A slider counts days; the address names them. Days since 1970-01-01 in UTC. */
export function dayNumber(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000);
}

export function dayOf(number: number): string {
  return new Date(number * 86_400_000).toISOString().slice(0, 10);
}

/** Whether it is `YYYY-MM-DD` and a day that there is. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && Number.isFinite(dayNumber(text))
    ? dayOf(dayNumber(text)) === text
    : false;
}

/** A setting as its control holds it, and back. */
export function toControl(option: Option, value: string): string {
  return option.kind === "day" ? String(dayNumber(value)) : value;
}

export function fromControl(option: Option, value: string): string {
  return option.kind === "day" ? dayOf(Number(value)) : value;
}

export type Settings = Record<string, string>;

/**
 * One setting of a figure: a choice from a list, a number, a day (`YYYY-MM-DD`, a slider), or the
 * name of a model, as free text.
 */
export type Option = {
  name: string;
  label: string;
  /** As in the address. */
  initial: string;
} & (
  | { kind: "choice"; values: { value: string; label: string }[] }
  | { kind: "number"; min: number; max: number; step: number }
  | { kind: "day"; min: string; max: string }
  | { kind: "text"; maxLength: number; placeholder: string }
);

/** The settings of a figure: those given where they are valid, else the initial ones. */
export function settingsOf(options: Option[], given: (name: string) => string | null): Settings {
  return Object.fromEntries(
    options.map((option) => {
      const value = given(option.name);
      return [option.name, value !== null && isValid(option, value) ? value : option.initial];
    }),
  );
}

export function isValid(option: Option, value: string): boolean {
  if (option.kind === "choice") return option.values.some((v) => v.value === value);
  if (option.kind === "text") return value.length <= option.maxLength;
  if (option.kind === "day") return isDay(value) && value >= option.min && value <= option.max;
  const number = Number(value);
  return value.trim() !== "" && number >= option.min && number <= option.max;
}
