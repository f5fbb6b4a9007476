import type { Row } from "../figures/figure.ts";
import type { Claim } from "../records/announcement.ts";
import { CONTEXT_RULE, judgeContext } from "./context.ts";
import { correlationRule, judgeCorrelation } from "./correlation.ts";
import type { Finding, Table } from "./finding.ts";
import { GAP_RULE, judgeGap } from "./gap.ts";
import { HARDEST_RULE, judgeHardest } from "./hardest.ts";
import { judgeOrder, ORDER_RULE } from "./order.ts";
import { judgeOutliers, outliersRule } from "./outliers.ts";
import { judgeSizes, SIZES_RULE } from "./sizes.ts";
import { judgeTuning, TUNING_RULE } from "./tuning.ts";
import { judgeValues, VALUES_RULE } from "./values.ts";

/**
 * What a table says of a claim.
 *
 * @param overTime the table's rows by time (`overTimeSql`), for a claim about sizes
 */
export function judge(claim: Claim, table: Table, overTime: readonly Row[]): Finding {
  switch (claim.kind) {
    case "order":
      return judgeOrder(claim, table);
    case "values":
      return judgeValues(claim, table);
    case "gap":
      return judgeGap(claim, table);
    case "correlation":
      return judgeCorrelation(claim, table);
    case "outliers":
      return judgeOutliers(claim, table);
    case "tuning":
      return judgeTuning(claim, table);
    case "context":
      return judgeContext(claim, table);
    case "hardest":
      return judgeHardest(claim, table);
    case "sizes":
      return judgeSizes(overTime);
  }
}

/** The rule of a verdict, in sentences. */
export function ruleOf(claim: Claim): string {
  switch (claim.kind) {
    case "order":
      return ORDER_RULE;
    case "values":
      return VALUES_RULE;
    case "gap":
      return GAP_RULE;
    case "correlation":
      return correlationRule(claim);
    case "outliers":
      return outliersRule(claim);
    case "tuning":
      return TUNING_RULE;
    case "context":
      return CONTEXT_RULE;
    case "hardest":
      return HARDEST_RULE;
    case "sizes":
      return SIZES_RULE;
  }
}
