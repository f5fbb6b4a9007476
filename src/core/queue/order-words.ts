import { count } from "../table/format.ts";
import type { OrderRules } from "./order.ts";

/** The rule of the order in three sentences, with the configured figures: see `placesOf`. */
export function orderWords({ worth, front }: OrderRules): string[] {
  const { choice_days, vote_days, most_vote_days, cost_days, most_cost_days } = worth;
  const farthest = choice_days + most_vote_days + most_cost_days;
  const voted = (votes: number) => Math.min(vote_days * Math.log2(1 + votes), most_vote_days);
  return [
    `Whoever has waited longest comes first, counted in days: 1 vote counts as ${days(voted(1))} of waiting, 3 votes as ${days(voted(3))}, 7 votes as ${days(voted(7))}, none as more than ${days(most_vote_days)}; the maintainers’ choice counts as ${days(choice_days)}; each day on a GPU takes ${days(cost_days)} off, never more than ${days(most_cost_days)}.`,
    `All who wait get older alike, so nobody is ever passed by a request that came more than ${days(farthest)} later: every turn comes.`,
    `Of ${count(front.size)} that are begun one after the other, at most ${count(front.per_author)} are of one account, as long as another’s request waits.`,
  ];
}

/** `1 day`, `0.5 days` */
export function days(n: number): string {
  return `${Number(n.toFixed(2))} ${n === 1 ? "day" : "days"}`;
}
