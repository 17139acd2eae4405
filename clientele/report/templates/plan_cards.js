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
      ["Customers with an action", number(sum(rows, "customers")), `of ${number(sum(data.actions, "customers"))}`, "the rules say to do something"],
      ["To contact now", number(contacts), `${percent0(contacts / sum(data.actions, "customers"))} of all customers`, "after the control group"],
      ["Control group", number(sum(rows, "holdout_customers")), percent(sum(rows, "holdout_customers") / sum(rows, "customers")), "never contacted, to measure uplift"],
      ["May not be contacted", number(sum(data.obstacles || [], "customers")), (data.obstacles || []).length ? unique(data.obstacles, "contact_obstacle").map(nice).join(", ").toLowerCase() : "nobody stands back", "no consent, or messages enough"],
    ];
    return make("div", { class: "tiles" }, tiles.map(([name, figure, change, definition]) => make("div", { class: "tile" }, make("div", { class: "name" }, name), make("div", { class: "figure" }, figure), make("div", { class: "change" }, change), make("p", {}, definition))));
  },
});

card({
  id: "actions", page: "do", w: "w7", height: 360, needs: ["actions"],
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
      data: [heatmap(actions.map(nice), segments.map((name) => plain(nice(name))), grid, { text: grid.map((row) => row.map((value) => (value === null ? "" : number(value)))), textfont: { size: 10.5 }, hovertemplate: "%{y}, %{x}: %{z:,} customers<extra></extra>", showscale: false })],
      layout: layout({ margin: { t: 8 }, xaxis: { showgrid: false, tickangle: -30 }, yaxis: { autorange: "reversed", showgrid: false } }),
    };
  },
});

card({
  id: "offers", page: "do", w: "w7", needs: ["actions"],
  title(view, data) { return `Contacting everybody once costs ${money(sum(due(byAction(data)), "cost"))}, discounts aside`; },
  definition: "The first offer of each action, what it costs and what it is assumed to change.",
  table: (view, data) => rowsTable(due(byAction(data)), ["action", "offer", "channel", "customers", "holdout_customers", "cost_per_contact", "discount_rate", "expected_uplift", "cost"]),
  body: (view, data) => makeTable([
    { name: "action", label: "Action", format: nice }, { name: "offer", label: "Offer", format: nice }, { name: "channel", label: "By", format: nice }, { name: "contacts", label: "Contacts", number: true, format: (value, row) => number(row.customers - row.holdout_customers) },
    { name: "cost_per_contact", label: "Each", number: true, format: money2 }, { name: "discount_rate", label: "Discount", number: true, format: percent0 }, { name: "expected_uplift", label: "Uplift", number: true, format: percent0 }, { name: "cost", label: "Cost", number: true, format: money },
  ], due(byAction(data))),
});

card({
  id: "obstacles", page: "do", w: "w5", height: 250, needs: ["obstacles"], emptyText: "Nobody stands back: all customers with an action may be contacted.",
  title(view, data) { return `${number(sum(data.obstacles, "customers"))} customers may not be contacted`; },
  definition: "What the rules would do, and what stands against it.",
  table: (view, data) => rowsTable(data.obstacles, ["rule_action", "contact_obstacle", "customers"]),
  plot(view, data) {
    const obstacles = unique(data.obstacles, "contact_obstacle");
    const actions = unique(data.obstacles, "rule_action");
    return {
      data: obstacles.map((obstacle, index) => ({ type: "bar", name: nice(obstacle), x: actions.map(nice), y: actions.map((action) => sum(where(data.obstacles, { contact_obstacle: obstacle, rule_action: action }), "customers")), marker: { color: palette()[[4, 3, 5][index % 3]] }, hovertemplate: "%{y:,}" })),
      layout: layout({ barmode: "stack", hovermode: "x unified", xaxis: { type: "category", showgrid: false }, yaxis: { tickformat: "~s" } }),
    };
  },
});
