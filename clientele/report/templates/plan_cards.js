// The page of what to do: actions, and where their marts are built the budget plan and what-if.

section("do", "What to do about each customer", "By the rules in the seed action_rules. Costs and uplifts are assumptions in the seed action_offers until an experiment has measured them.");

function byAction(data) {
  const order = ["rescue", "win_back", "reward", "grow", "second_order", "remind", "leave_alone"];
  return unique(data.actions, "action").sort((first, second) => order.indexOf(first) - order.indexOf(second)).map((action) => {
    const rows = where(data.actions, { action });
    return { ...rows[0], customers: sum(rows, "customers"), holdout_customers: sum(rows, "holdout_customers"), cost: sum(rows, "cost") };
  });
}
const due = (rows) => rows.filter((row) => row.action !== "leave_alone");

card({
  id: "action-tiles", page: "do", w: "w12", needs: ["actions"], bare: true,
  body(view, data) {
    const rows = due(byAction(data));
    const contacts = sum(rows, "customers") - sum(rows, "holdout_customers");
    const tiles = [
      ["Customers with an action", number(sum(rows, "customers")), `of ${number(sum(data.actions, "customers"))}`, "The rules say to do something."],
      ["To contact now", number(contacts), `${percent0(contacts / sum(data.actions, "customers"))} of all customers`, "After the control group."],
      ["Control group", number(sum(rows, "holdout_customers")), percent(sum(rows, "holdout_customers") / sum(rows, "customers")), "Never contacted, to measure uplift."],
      ["May not be contacted", number(sum(data.obstacles || [], "customers")), (data.obstacles || []).length ? unique(data.obstacles, "contact_obstacle").map(nice).join(", ").toLowerCase() : "nobody stands back", "No consent, or messages enough."],
    ];
    return make("div", { class: "tiles" }, tiles.map(([name, figure, change, definition]) => make("div", { class: "tile" }, make("div", { class: "name" }, name), make("div", { class: "figure" }, figure), make("div", { class: "change" }, change), make("p", {}, definition))));
  },
});

card({
  id: "actions", name: "Actions", page: "do", w: "w7", height: 360, needs: ["actions"],
  title(view, data) { const best = due(byAction(data)).reduce((first, row) => (row.customers > first.customers ? row : first)); return `${nice(best.action)} is due most: ${number(best.customers)} customers`; },
  definition: "Customers by action; hatched: the control group, who are not contacted.",
  table: (view, data) => rowsTable(byAction(data), ["action", "customers", "holdout_customers", "offer", "channel", "cost_per_contact", "discount_rate", "expected_uplift", "cost"]),
  plot(view, data) {
    const rows = byAction(data).reverse();
    const colours = palette();
    const y = rows.map((row) => nice(row.action));
    return {
      data: [
        { type: "bar", orientation: "h", name: "Contact", y, x: rows.map((row) => (row.action === "leave_alone" ? 0 : row.customers - row.holdout_customers)), marker: { color: colours[0] }, hovertemplate: "%{x:,}" },
        { type: "bar", orientation: "h", name: "Control group", y, x: rows.map((row) => row.holdout_customers), marker: { color: colours[3], pattern: { shape: "/", size: 5, solidity: 0.35 } }, hovertemplate: "%{x:,}" },
        { type: "bar", orientation: "h", name: "Leave alone", y, x: rows.map((row) => (row.action === "leave_alone" ? row.customers : 0)), marker: { color: css("--c7") }, hovertemplate: "%{x:,}" },
      ],
      layout: layout({ barmode: "stack", hovermode: "y unified", xaxis: { tickformat: "~s" }, yaxis: { type: "category", showgrid: false, tickfont: { size: 12, color: css("--ink") } } }),
    };
  },
});

card({
  id: "action-segments", page: "do", w: "w5", height: 360, needs: ["actions"],
  title: "Which segments the actions are for",
  definition: "Customers by segment and action.",
  table: (view, data) => rowsTable(data.actions, ["action", "segment", "risk_band", "customers", "holdout_customers", "cost"]),
  plot(view, data) {
    const actions = byAction(data).map((row) => row.action);
    const order = where(data.profiles || [], { segmentation: "rfm" }).map((row) => row.segment);
    const segments = unique(data.actions, "segment").sort((first, second) => (order.indexOf(first) + 99) % 99 - (order.indexOf(second) + 99) % 99);
    const grid = segments.map((segment) => actions.map((action) => sum(where(data.actions, { segment, action }), "customers") || null));
    return {
      data: [heatmap(actions.map(nice), segments.map((name) => plain(nice(name === "none" ? "no_segment" : name))), grid, { text: grid.map((row) => row.map((value) => (value === null ? "" : number(value)))), textfont: { size: 10.5 }, hovertemplate: "%{y}, %{x}: %{z:,} customers<extra></extra>", showscale: false })],
      layout: layout({ margin: { t: 8 }, xaxis: { showgrid: false, tickangle: -30 }, yaxis: { autorange: "reversed", showgrid: false } }),
    };
  },
});

card({
  id: "offers", name: "Offers", page: "do", w: "w7", needs: ["actions"],
  title(view, data) { return `Contacting everybody once costs ${money(sum(due(byAction(data)), "cost"))}, discounts aside`; },
  definition: "The first offer of each action, what it costs and what it is assumed to change.",
  table: (view, data) => rowsTable(due(byAction(data)), ["action", "offer", "channel", "customers", "holdout_customers", "cost_per_contact", "discount_rate", "expected_uplift", "cost"]),
  body: (view, data) => makeTable([
    { name: "action", label: "Action", format: nice }, { name: "offer", label: "Offer", format: nice }, { name: "channel", label: "By", format: nice }, { name: "contacts", label: "Contacts", number: true, format: (value, row) => number(row.customers - row.holdout_customers) },
    { name: "cost_per_contact", label: "Each", number: true, format: money2 }, { name: "discount_rate", label: "Discount", number: true, format: percent0 }, { name: "expected_uplift", label: "Uplift", number: true, format: percent0 }, { name: "cost", label: "Cost", number: true, format: money2 },
  ], due(byAction(data))),
});

card({
  id: "obstacles", name: "Who may not be contacted", page: "do", w: "w5", height: 250, needs: ["obstacles"], emptyText: "Nobody stands back: all customers with an action may be contacted.",
  title(view, data) { return `${number(sum(data.obstacles, "customers"))} customers may not be contacted`; },
  definition: "What the rules would do, and what stands against it.",
  table: (view, data) => rowsTable(data.obstacles, ["rule_action", "contact_obstacle", "customers"]),
  plot(view, data) {
    const obstacles = unique(data.obstacles, "contact_obstacle");
    const actions = unique(data.obstacles, "rule_action");
    return {
      data: obstacles.map((obstacle, index) => ({ type: "bar", name: nice(obstacle), x: actions.map(nice), y: actions.map((action) => sum(where(data.obstacles, { contact_obstacle: obstacle, rule_action: action }), "customers")), marker: { color: palette()[[4, 3, 5][index % 3]] }, hovertemplate: "%{y:,}" })),
      layout: layout({ showlegend: true, barmode: "stack", hovermode: "x unified", xaxis: { type: "category", showgrid: false }, yaxis: { tickformat: "~s" } }),
    };
  },
});

card({
  id: "audiences", name: "Audiences", page: "do", w: "w12", needs: ["audiences"],
  controls: [{ key: "kind", label: "Audiences", options: (view, data) => unique(data.audiences, "audience_kind").map((kind) => [kind, `By ${kind}`]) }],
  rows: (data) => where(data.audiences, { audience_kind: data.control.kind }),
  title(view, data) {
    const rows = this.rows(data);
    if (!rows[0].previous_as_of_date) return `${rows.filter((row) => row.members).length} audiences hold ${number(sum(rows, "members"))} customers`;
    return `${number(sum(rows, "entered_members"))} customers have entered another audience since ${rows[0].previous_as_of_date}`;
  },
  definition(view, data) {
    const [row] = data.audiences;
    const since = row.previous_as_of_date ? `Entered and left: since the version of ${row.previous_as_of_date}.` : "Entered and left are known from the next version on: this is the first.";
    return `${since} Planned: contacts of the budget plan, and the profit that is expected of them.`;
  },
  table(view, data) { return rowsTable(this.rows(data), ["audience_kind", "audience", "as_of_date", "previous_as_of_date", "members", "previous_members", "entered_members", "left_members", "members_to_contact", "control_group_members", "clv_6m", "planned_contacts", "expected_incremental_profit"]); },
  body(view, data) {
    const rows = this.rows(data);
    const hasBefore = Boolean(rows[0].previous_as_of_date);
    return makeTable([
      { name: "audience", label: "Audience", format: nice }, { name: "members", label: "Members", number: true, format: number },
      ...(hasBefore ? [{ name: "entered_members", label: "Entered", number: true, format: (value) => (value ? `+${number(value)}` : "0") }, { name: "left_members", label: "Left", number: true, format: (value) => (value ? `−${number(value)}` : "0") }] : []),
      { name: "members_to_contact", label: "To contact", number: true, format: number }, { name: "control_group_members", label: "Control group", number: true, format: number },
      { name: "clv_6m", label: "Value, 6 months", number: true, format: money }, { name: "planned_contacts", label: "Planned", number: true, format: number }, { name: "expected_incremental_profit", label: "Expected profit", number: true, format: money },
    ], rows);
  },
});

section("do", "What campaigns changed", "Contacted customers beside the control group, whom chance leaves out. Without a control group that was spared, nobody can tell what a campaign changed.");

card({
  id: "uplift", name: "Measured uplift of campaigns", page: "do", w: () => (panelRows("uplift")?.length ? "w6" : "w12"), height: 300, needs: ["uplift_measured"],
  emptyText: () => (panelRows("uplift")?.length ? "No campaign could be measured: the table says why. Leave the control group (is_holdout) out of a campaign, and its uplift will stand here with its interval." : "There are no campaigns with a send date in this input, so that no uplift can be measured."),
  title(view, data) { const [last] = data.uplift_measured; return `${nice(last.campaign)}: an uplift of ${signedPoints(last.uplift)}${last.uplift_lower <= 0 && last.uplift_upper >= 0 ? ", which may be chance" : ""}`; },
  definition: "Uplift: how many more of the contacted customers bought than of the control group of their segments, in percentage points, with its 95% interval. Grey: it may be none.",
  table: (view, data) => rowsTable(data.uplift_measured, ["campaign", "first_sent_date", "measured_customers", "control_customers", "contacted_purchase_rate", "control_purchase_rate", "uplift", "uplift_lower", "uplift_upper", "incremental_net_revenue_per_contact", "incremental_net_revenue_standard_error", "measured_uplift_at_even_odds"]),
  plot(view, data) {
    const rows = data.uplift_measured.slice().reverse();
    return {
      data: [{ type: "scatter", mode: "markers", x: rows.map((row) => row.uplift), y: rows.map((row) => plain(cut(nice(row.campaign), 26))), error_x: { type: "data", symmetric: false, array: rows.map((row) => row.uplift_upper - row.uplift), arrayminus: rows.map((row) => row.uplift - row.uplift_lower), color: css("--faint"), thickness: 1.6, width: 4 }, marker: { size: 10, color: rows.map((row) => (row.uplift_lower > 0 ? palette()[0] : row.uplift_upper < 0 ? palette()[4] : css("--c7"))) }, customdata: rows.map((row) => [plain(nice(row.campaign)), plain(percent(row.contacted_purchase_rate)), row.measured_customers, plain(percent(row.control_purchase_rate)), row.control_customers, plain(signedPoints(row.uplift)), plain(money2(row.incremental_net_revenue_per_contact))]), hovertemplate: "<b>%{customdata[0]}</b><br>%{customdata[1]} of %{customdata[2]:,} contacted bought<br>%{customdata[3]} would have, by %{customdata[4]:,} of the control group<br>uplift %{customdata[5]}, %{customdata[6]} a contact<extra></extra>" }],
      layout: layout({ showlegend: false, margin: { t: 8 }, xaxis: { tickformat: ".0%", zeroline: true, title: "Uplift, percentage points" }, yaxis: { type: "category", showgrid: false, tickfont: { size: 11, color: css("--ink") } } }),
    };
  },
});

card({
  id: "uplift-status", name: "Campaigns that could be measured", page: "do", w: "w6", needs: ["uplift"], when: () => panelRows("uplift")?.length > 0,
  title(view, data) { return `${number(sum(where(data.uplift, { status: "ok" }), "campaigns"))} of ${number(sum(data.uplift, "campaigns"))} campaigns could be measured`; },
  definition: "Campaigns with a send date by whether their uplift is known, and why not, in the words of the latest of them.",
  table: (view, data) => rowsTable(data.uplift, ["status", "campaigns", "contacted_customers", "measured_customers", "last_sent_date", "status_reason"]),
  body: (view, data) => makeTable([
    { name: "status", label: "Status", format: (value) => (value === "ok" ? "Measured" : nice(value)) }, { name: "campaigns", label: "Campaigns", number: true, format: number }, { name: "contacted_customers", label: "Contacts", number: true, format: number }, { name: "status_reason", label: "Why" },
  ], data.uplift),
});

section("do", "What a budget earns", "The plan that earns the most with the budget, within the capacities of the channels; expected, if the assumed uplifts hold.");

card({
  id: "plan", page: "do", w: "w12", needs: ["plan"], name: "The budget plan",
  title(view, data) {
    const [plan] = data.plan;
    return plan.status === "ok" ? `With ${money(plan.budget)} contact ${number(plan.contacts)} customers, and expect ${money(plan.expected_incremental_profit)} more profit` : "There is no plan";
  },
  definition: (view, data) => `${data.plan[0].assumption} Margin ${percent0(data.plan[0].margin_rate)} of revenue (${nice(data.plan[0].margin_rate_source).toLowerCase()}).`,
  table: (view, data) => rowsTable(data.plan, ["status", "status_reason", "budget", "plan_horizon_days", "contacts", "expected_cost", "expected_incremental_revenue", "expected_incremental_profit", "return_on_cost", "profit_bound", "relative_gap", "method"]),
  body(view, data) {
    const [plan] = data.plan;
    if (plan.status !== "ok") return make("p", { class: "missing" }, plan.status_reason || "The plan is empty.");
    const tile = (name, figure, change) => make("div", { class: "tile" }, make("div", { class: "name" }, name), make("div", { class: "figure" }, figure), make("div", { class: "change" }, change));
    return make("div", { class: "tiles inside" },
      tile("Expected profit", moneyShort(plan.expected_incremental_profit), `within ${plan.plan_horizon_days} days, after costs`),
      tile("Expected cost", moneyShort(plan.expected_cost), `of a budget of ${moneyShort(plan.budget)}`),
      tile("Profit per unit of cost", number2(plan.return_on_cost), `${moneyShort(plan.expected_incremental_revenue)} more revenue`),
      tile("How good it is", plan.relative_gap === null ? "–" : `${percent(1 - plan.relative_gap)}`, `of the most any plan can earn (${nice(plan.method).toLowerCase()})`));
  },
});

card({
  id: "plan-curve", page: "do", w: "w7", height: 360, needs: ["plan_curve"], name: "Profit by budget",
  title(view, data) {
    const most = data.plan_curve[data.plan_curve.length - 1];
    const enough = data.plan_curve.find((row) => row.expected_incremental_profit >= 0.9 * most.expected_incremental_profit);
    return most.expected_incremental_profit > 0 ? `${money(enough.budget)} earn nine tenths of what ${money(most.budget)} would` : "No budget earns more than it costs";
  },
  definition: "Expected incremental profit of the best plan at each budget; dotted: more than that no plan can earn. Diamond: the budget that is set.",
  table: (view, data) => rowsTable(data.plan_curve, ["budget", "is_plan_budget", "contacts", "expected_cost", "expected_incremental_profit", "profit_bound", "return_on_cost", "profit_per_extra_budget"]),
  plot(view, data) {
    const rows = data.plan_curve;
    const chosen = rows.filter((row) => row.is_plan_budget);
    const x = rows.map((row) => row.budget);
    return {
      data: [
        { ...line("Best plan", x, rows.map((row) => row.expected_incremental_profit), palette()[0], { fill: "tozeroy", fillcolor: faded(palette()[0], 0.1) }), customdata: rows.map((row) => [row.contacts, plain(money(row.expected_cost))]), hovertemplate: `${MONEY_HOVER} from %{customdata[0]:,} contacts at %{customdata[1]}` },
        { ...line("At most", x, rows.map((row) => row.profit_bound), css("--faint"), { line: { dash: "dot", width: 1.4 } }), hovertemplate: MONEY_HOVER },
        { type: "scatter", mode: "markers", name: "Budget set", x: chosen.map((row) => row.budget), y: chosen.map((row) => row.expected_incremental_profit), marker: { size: 12, symbol: "diamond", color: palette()[4] }, hovertemplate: MONEY_HOVER },
      ],
      layout: layout({ hovermode: "x unified", xaxis: { ...MONEY_AXIS, title: "Budget", showgrid: false, hoverformat: ",.0f" }, yaxis: { ...MONEY_AXIS, title: "Expected profit", rangemode: "tozero" } }),
    };
  },
});

card({
  id: "plan-policies", page: "do", w: "w5", height: 360, needs: ["plan_policies"], name: "The plan against other policies",
  title(view, data) {
    const fair = data.plan_policies.filter((row) => row.policy !== "plan" && row.is_within_budget && row.is_within_capacities);
    const best = fair.length ? fair.reduce((first, row) => (row.expected_incremental_profit > first.expected_incremental_profit ? row : first)) : null;
    return best ? `${money(best.profit_less_than_plan)} better than the next best policy, ${nice(best.policy).toLowerCase()}` : "No other policy keeps to budget and capacities";
  },
  definition: "Expected incremental profit by policy. Grey: beyond the budget or a capacity, so not to be had.",
  table: (view, data) => rowsTable(data.plan_policies, ["policy", "contacts", "expected_cost", "expected_incremental_profit", "return_on_cost", "profit_less_than_plan", "is_within_budget", "is_within_capacities"]),
  plot(view, data) {
    const rows = data.plan_policies.slice().reverse();
    const figure = bars(rows.map((row) => row.policy), rows.map((row) => nice(row.policy)), rows.map((row) => row.expected_incremental_profit), moneyShort, rows.map((row) => (!row.is_within_budget || !row.is_within_capacities ? faded(css("--c7"), 0.6) : row.policy === "plan" ? palette()[0] : palette()[1])));
    figure.data[0].customdata = rows.map((row) => [plain(nice(row.policy)), plain(money(row.expected_incremental_profit)), row.contacts, plain(money(row.expected_cost)), row.is_within_budget && row.is_within_capacities ? "within budget and capacities" : "beyond budget or capacities"]);
    figure.data[0].hovertemplate = "<b>%{customdata[0]}</b><br>%{customdata[1]} profit<br>%{customdata[2]:,} contacts at %{customdata[3]}<br>%{customdata[4]}<extra></extra>";
    return figure;
  },
});

card({
  id: "plan-segments", page: "do", w: "w7", height: 380, needs: ["plan_segments"], name: "The plan by segment",
  rows(data) {
    return unique(data.plan_segments, "segment").map((segment) => {
      const rows = where(data.plan_segments, { segment });
      return { segment, contacts: sum(rows, "contacts"), profit: sum(rows, "expected_incremental_profit"), cost: sum(rows, "expected_cost") };
    }).sort((first, second) => second.profit - first.profit);
  },
  title(view, data) { const [best] = this.rows(data); return best && best.profit > 0 ? `${nice(best.segment)} earn most: ${money(best.profit)}` : "The plan contacts nobody"; },
  definition: "Expected incremental profit of the plan by segment and offer.",
  table: (view, data) => rowsTable(data.plan_segments, ["segment", "action", "offer", "channel", "candidates", "profitable_candidates", "contacts", "expected_cost", "expected_incremental_profit", "return_on_cost"]),
  plot(view, data) {
    const segments = this.rows(data).map((row) => row.segment).reverse();
    const rows = data.plan_segments.filter((row) => row.contacts);
    const label = (row) => `${nice(row.offer)} (${nice(row.action).toLowerCase()})`;
    const offers = [...new Set(rows.map(label))];
    return {
      data: offers.map((offer, index) => {
        const found = rows.filter((row) => label(row) === offer);
        return { type: "bar", orientation: "h", name: plain(offer), y: found.map((row) => plain(nice(row.segment))), x: found.map((row) => row.expected_incremental_profit), customdata: found.map((row) => row.contacts), marker: { color: palette()[index % 10] }, hovertemplate: `%{x:$,.0f}, %{customdata:,} contacts` };
      }),
      layout: layout({ barmode: "relative", hovermode: "y unified", margin: { b: 70, t: 8 }, legend: { y: -0.12, yanchor: "top", font: { size: 10.5, color: css("--muted") } }, xaxis: MONEY_AXIS, yaxis: { type: "category", categoryorder: "array", categoryarray: segments.map((name) => plain(nice(name))), showgrid: false, tickfont: { size: 11, color: css("--ink") } } }),
    };
  },
});

card({
  id: "plan-channels", page: "do", w: "w5", needs: ["plan_channels"], name: "Channels of the plan",
  title(view, data) { const full = data.plan_channels.filter((row) => row.is_full); return full.length ? `${full.map((row) => nice(row.channel)).join(" and ")} ${full.length > 1 ? "are" : "is"} full: more capacity would earn more` : "No channel is full: the budget is what limits"; },
  definition: "Contacts of the plan beside the most that each channel can make.",
  table: (view, data) => rowsTable(data.plan_channels, ["channel", "most_contacts", "contacts", "expected_cost", "expected_incremental_profit", "is_full"]),
  body: (view, data) => makeTable([
    { name: "channel", label: "Channel", format: nice }, { name: "contacts", label: "Contacts", number: true, format: number }, { name: "most_contacts", label: "At most", number: true, format: (value) => (value === null ? "no limit" : number(value)) },
    { name: "expected_cost", label: "Cost", number: true, format: money }, { name: "expected_incremental_profit", label: "Profit", number: true, format: money },
  ], data.plan_channels),
});

section("do", "What if", "The next twelve months if customers stayed for longer, ordered more often or for more, or if more of them came. What a lever costs is not in it.");

const LEVERS = [["retention_change", "Retention", "orders that a customer stays for"], ["frequency_change", "Frequency", "orders per time while they stay"], ["order_value_change", "Order value", "money of every order"], ["acquisition_change", "New customers", "how many come"]];
card({
  id: "what-if", page: "do", w: "w7", needs: ["what_if"], name: "What if",
  title: "Move the levers to see the next twelve months",
  definition(view, data) { const [row] = data.what_if; return `Every combination was computed beforehand, with bounds from the errors of the backtest. Equity counts ${row.equity_years} years, at a margin of ${percent0(row.margin_rate)} (${nice(row.margin_rate_source).toLowerCase()}).`; },
  table: (view, data) => rowsTable(data.what_if, [...LEVERS.map(([key]) => key), "revenue_12m", "revenue_12m_lower", "revenue_12m_upper", "revenue_12m_change_share", "customer_equity", "customer_equity_lower", "customer_equity_upper", "customer_equity_change_share", "new_customers_12m", "expected_orders_12m", "status"]),
  body(view, data) {
    const grid = data.what_if.filter((row) => !row.is_asked || row.is_base);
    if (!grid.some((row) => row.revenue_12m !== null)) return make("p", { class: "missing" }, data.what_if[0].status_reason || "There are no predictions to change.");
    const steps = Object.fromEntries(LEVERS.map(([key]) => [key, unique(grid, key).sort((first, second) => first - second)]));
    const chosen = Object.fromEntries(LEVERS.map(([key]) => { const kept = steps[key].find((value) => String(value) === state.controls[`what-if.${key}`]); return [key, kept === undefined ? 0 : kept]; }));
    const result = make("div", { class: "tiles inside two", "aria-live": "polite" });
    const show = () => {
      const row = data.what_if.find((found) => LEVERS.every(([key]) => found[key] === chosen[key]));
      const tile = (name, measure, format) => {
        if (!row) return make("div", { class: "tile" }, make("div", { class: "name" }, name), make("div", { class: "figure" }, "–"), make("div", { class: "change" }, "not computed"));
        const share = row[`${measure}_change_share`];
        const bounds = row[`${measure}_lower`] === null ? "no bounds" : `between ${format(row[`${measure}_lower`])} and ${format(row[`${measure}_upper`])}`;
        const between = row[`${measure}_change_share_lower`] === null ? "" : ` (${signedPercent(row[`${measure}_change_share_lower`])} to ${signedPercent(row[`${measure}_change_share_upper`])})`;
        return make("div", { class: "tile", "data-measure": measure, "data-value": String(row[measure]) }, make("div", { class: "name" }, name), make("div", { class: "figure" }, format(row[measure])),
          make("div", { class: "change" }, make("span", { class: share > 0 ? "up" : share < 0 ? "down" : "" }, row.is_base ? "as it is" : signedPercent(share)), row.is_base ? "" : between), make("p", {}, bounds));
      };
      result.replaceChildren(tile("Revenue, 12 months", "revenue_12m", moneyShort), tile("Customer equity", "customer_equity", moneyShort));
    };
    const sliders = LEVERS.map(([key, name, meaning]) => {
      const output = make("output", {}, signedPercent(chosen[key]));
      return make("label", {}, make("span", {}, `${name}: ${meaning}`), output, make("input", {
        type: "range", min: "0", max: String(steps[key].length - 1), step: "1", value: String(steps[key].indexOf(chosen[key])), id: `lever-${key}`, "aria-valuetext": signedPercent(chosen[key]),
        oninput: (event) => {
          chosen[key] = steps[key][Number(event.target.value)];
          output.textContent = signedPercent(chosen[key]);
          event.target.setAttribute("aria-valuetext", signedPercent(chosen[key]));
          state.controls[`what-if.${key}`] = String(chosen[key]);
          remember();
          show();
        },
      }));
    });
    show();
    return make("div", {}, result, make("div", { class: "sliders" }, sliders));
  },
});

card({
  id: "levers", page: "do", w: "w5", height: 330, needs: ["what_if_levers"], name: "What each lever does alone",
  controls: [{ key: "measure", label: "Of", options: () => [["revenue_12m_change", "Revenue, 12 months"], ["customer_equity_change", "Customer equity"]] }],
  title(view, data) {
    const measure = `${data.control.measure}_share`;
    const most = Math.max(...data.what_if_levers.map((row) => row.lever_change));
    const best = data.what_if_levers.filter((row) => row.lever_change === most && row[measure] !== null).sort((first, second) => second[measure] - first[measure])[0];
    return best ? `${nice(best.lever)} moves most: ${signedPercent(most)} gives ${signedPercent(best[measure])}` : "What each lever does alone";
  },
  definition: "Change against the shop as it is, when one lever moves and the others stay.",
  table: (view, data) => rowsTable(data.what_if_levers, ["lever", "lever_change", "revenue_12m_change", "revenue_12m_change_share", "customer_equity_change", "customer_equity_change_share", "customer_equity_elasticity"]),
  plot(view, data) {
    const rows = data.what_if_levers.filter((row) => row[data.control.measure] !== null);
    const changes = unique(rows, "lever_change").sort((first, second) => Math.abs(second) - Math.abs(first));
    const most = Math.max(...changes.map(Math.abs));
    const size = (lever) => Math.max(...where(rows, { lever }).map((row) => Math.abs(row[data.control.measure])));
    const levers = unique(rows, "lever").sort((first, second) => size(first) - size(second));
    return {
      data: changes.map((change) => {
        const found = where(rows, { lever_change: change });
        return { type: "bar", orientation: "h", name: signedPercent(change), y: found.map((row) => nice(row.lever)), x: found.map((row) => row[data.control.measure]), customdata: found.map((row) => plain(signedPercent(row[`${data.control.measure}_share`]))), marker: { color: faded(palette()[change > 0 ? 0 : 4], 1 - 0.55 * (Math.abs(change) / most)) }, hovertemplate: `%{x:$,.0f} (%{customdata})` };
      }),
      layout: layout({ barmode: "overlay", hovermode: "y unified", xaxis: { ...MONEY_AXIS, zeroline: true }, yaxis: { type: "category", categoryorder: "array", categoryarray: levers.map(nice), showgrid: false, tickfont: { size: 12, color: css("--ink") } } }),
    };
  },
});
