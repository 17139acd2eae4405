// The cards of the pages. Each says which filters it follows, what it needs, and how it is drawn;
// its title says what is seen, and its definition what is counted.

const PAGES = [
  { id: "happened", label: "What happened" },
  { id: "why", label: "Why" },
  { id: "who", label: "Who" },
  { id: "next", label: "What next" },
  { id: "do", label: "What to do" },
  { id: "quality", label: "Data quality" },
];
const CARDS = [];
function card(definition) { CARDS.push({ w: "w6", height: 300, filters: [], needs: [], ...definition }); }
function section(page, title, text) { CARDS.push({ page, section: title, text }); }

const EVERY_FILTER = ["period", "country", "channel", "segment"];
const sum = (rows, name) => rows.reduce((total, row) => total + (row[name] || 0), 0);
const unique = (rows, name) => [...new Set(rows.map((row) => row[name]))];
const where = (rows, wanted) => rows.filter((row) => Object.entries(wanted).every(([name, value]) => row[name] === value));
const inPeriod = (view) => (row) => row.month_start_date >= view.months[view.filter.from] && row.month_start_date <= view.months[view.filter.to];
const periodName = (view) => (view.filter.from === view.filter.to ? monthName(view.months[view.filter.to]) : `${monthName(view.months[view.filter.from])} – ${monthName(view.months[view.filter.to])}`);
const monthsOf = (view) => view.months.slice(view.filter.from, view.filter.to + 1);
const slice = (view, values) => values.slice(view.filter.from, view.filter.to + 1);
const table = (columns, rows) => ({ columns, rows });
const rowsTable = (rows, columns) => table(columns, rows.map((row) => columns.map((column) => row[column])));
function riseOrFall(now, before) {
  if (!before || now === null || before === null) return null;
  const change = now / before - 1;
  if (Math.abs(change) < 0.005) return "stayed level";
  return `${change > 0 ? "rose" : "fell"} by ${percent(Math.abs(change))}`;
}
function memberName(dimension, member) {
  const found = CUBE.members[dimension];
  if (member >= found.names.length) return `Other (${found.other_count})`;
  return dimension === "segment" ? nice(found.names[member]) : found.names[member];
}

// ======================================================================= what happened
card({
  id: "tiles", page: "happened", w: "w12", filters: EVERY_FILTER, bare: true,
  body(view) {
    const { total, before, people, byMonth } = view;
    const per = (top, bottom) => (bottom ? top / bottom : null);
    const monthly = (measure) => byMonth.map((month) => month[measure]);
    const retention = people.retained.map((count, index) => (index && !view.isPartial[index] ? per(count, people.active[index - 1]) : null));
    // the metric, what the cube calls it, its format, its months, and which way is good
    const tiles = [
      ["revenue", "net_revenue", moneyShort, monthly("net_revenue"), 1],
      ["orders", "order_count", number, monthly("order_count"), 1],
      ["average_order_value", "average_order_value", money2, byMonth.map((month) => per(month.net_revenue, month.order_count)), 1],
      ["active_customers", "active_customers", number, people.active, 1],
      ["new_customers", "new_customers", number, people.fresh, 1],
      ["retention_rate", "retention_rate", percent, retention, 1],
      ["churn_rate", "churn_rate", percent, retention.map((value) => (value === null ? null : 1 - value)), -1],
      ["return_rate", "return_rate", percent, byMonth.map((month) => per(month.returns_amount, month.gross_revenue)), -1],
    ];
    return make("div", { class: "tiles" }, tiles.map(([metric, measure, format, series, good]) => {
      const change = make("div", { class: "change" });
      const now = total[measure];
      const then = before ? before[measure] : null;
      if (before && before.from === 0 && measure === "new_customers") {
        change.textContent = "the data begin in the period before";
      } else if (now !== null && then !== null && Number.isFinite(then)) {
        const isRate = measure.endsWith("_rate");
        const moved = isRate ? now - then : then ? now / then - 1 : null;
        if (moved !== null) {
          const direction = Math.abs(moved) < 0.0005 ? "" : moved * good > 0 ? "up" : "down";
          const text = isRate ? `${moved > 0 ? "+" : moved < 0 ? "−" : ""}${number1(Math.abs(moved * 100))} pp` : signedPercent(moved);
          change.append(make("span", { class: direction }, `${moved > 0 ? "▲" : moved < 0 ? "▼" : ""} ${text}`), ` from ${format(then)}`);
        }
      } else {
        change.textContent = "no earlier period to compare";
      }
      const unfinished = measure.startsWith("retention") || measure.startsWith("churn") ? monthsOf(view).filter((month, index) => view.isPartial[view.filter.from + index]) : [];
      return metricTile(metric, now, format, change, {
        measure, drawing: sparkline(series, view.filter.from, view.filter.to, css("--accent")),
        more: unfinished.length ? ` ${unfinished.map(monthName).join(" and ")}, not whole, is left out.` : "",
      });
    }));
  },
});

const QUESTIONS = { what_happened: "what", why: "why", what_next: "next", what_to_do: "do", how_sure: "how sure" };

card({
  id: "first", name: "What to know first", page: "happened", w: "w12", needs: ["headlines"],
  title: "What to know first",
  definition: "A sentence for each kind of question; fct_headlines has them, with the mart and the query behind each.",
  table: (view, data) => rowsTable(data.headlines, ["headline_rank", "question", "sentence"]),
  body: (view, data) => make("ul", { class: "headlines" }, data.headlines.map((row) => make("li", {}, make("span", { class: "tag" }, QUESTIONS[row.question] ?? row.question), make("span", {}, row.sentence)))),
});

card({
  id: "insights", name: "What moved most", page: "happened", w: "w12", needs: ["insights"],
  title: (view, data) => `What moved most in ${monthName(data.insights[0].month_start_date)}`,
  definition: "The largest movements of the last whole month, against the month before or a year before; fct_insights has them all, with the query behind each.",
  table: (view, data) => rowsTable(data.insights, ["insight_rank", "comparison", "topic", "sentence"]),
  body: (view, data) => make("ul", { class: "headlines" }, data.insights.map((row) => make("li", {}, make("span", { class: "tag" }, row.comparison === "year_before" ? "year" : "month"), make("span", {}, row.sentence)))),
});

card({
  id: "revenue", page: "happened", w: "w8", height: 330, filters: EVERY_FILTER,
  title(view) {
    const word = view.before ? riseOrFall(view.total.net_revenue, view.before.net_revenue) : null;
    return word ? `Net revenue ${word} to ${moneyShort(view.total.net_revenue)}` : `Net revenue was ${moneyShort(view.total.net_revenue)} in ${periodName(view)}`;
  },
  definition: "By month: from customers in the month of their first order, from existing ones, and from orders without a customer. Hatched: the month is not over. Line: a year before.",
  parts(view) {
    const rows = view.byMonth.map((month) => ({ fresh: month.new_net_revenue, unknown: month.unknown_customer_net_revenue, existing: month.net_revenue - month.new_net_revenue - month.unknown_customer_net_revenue, all: month.net_revenue }));
    return rows;
  },
  table(view) {
    const rows = this.parts(view);
    return table(["month", "existing_customers", "new_customers", "unknown_customers", "net_revenue", "orders", "units"],
      monthsOf(view).map((month, index) => {
        const row = rows[view.filter.from + index];
        return [month, row.existing, row.fresh, row.unknown, row.all, view.byMonth[view.filter.from + index].order_count, view.byMonth[view.filter.from + index].units];
      }));
  },
  plot(view) {
    const rows = slice(view, this.parts(view));
    const x = monthsOf(view);
    const colours = palette();
    const pattern = hatched(slice(view, view.isPartial));
    const bar = (name, key, colour) => ({ type: "bar", name, x, y: rows.map((row) => row[key]), marker: { color: colour, pattern }, hovertemplate: MONEY_HOVER });
    const data = [bar("Existing customers", "existing", colours[0]), bar("New customers", "fresh", colours[2])];
    if (rows.some((row) => row.unknown)) data.push(bar("Customer not known", "unknown", colours[7]));
    const yearBefore = x.map((_, index) => (view.filter.from + index >= 12 ? view.byMonth[view.filter.from + index - 12].net_revenue : null));
    if (yearBefore.some((value) => value !== null)) data.push({ ...line("A year before", x, yearBefore, css("--ink"), { line: { dash: "dot", width: 1.6 } }), hovertemplate: MONEY_HOVER });
    return { data, layout: monthLayout({ barmode: "relative", yaxis: MONEY_AXIS }) };
  },
});

card({
  id: "countries", page: "happened", w: "w4", height: 330, filters: ["period", "channel", "segment"], dimension: "country",
  when: () => CUBE.counts[0] > 1,
  title: (view) => topShare(view, "country"),
  definition: "Net revenue by country of the order; choose one to filter by it.",
  table: (view) => memberTable(view, "country"),
  plot: (view) => memberBars(view, "country"),
});

card({
  id: "customers", page: "happened", w: () => (CUBE.counts[0] > 1 || CUBE.counts[1] > 1 ? "w8" : "w12"), height: 310, filters: EVERY_FILTER,
  title: (view) => `${number(view.total.active_customers)} customers bought, ${percent0(view.total.active_customers ? view.total.new_customers / view.total.active_customers : null)} of them for the first time`,
  definition: "Customers with an order in the month: new ones, those who had also bought in the month before, and those who came back after a pause.",
  table: (view) => table(["month", "active_customers", "new_customers", "retained_customers"], monthsOf(view).map((month, index) => [month, ...["active", "fresh", "retained"].map((key) => view.people[key][view.filter.from + index])])),
  plot(view) {
    const x = monthsOf(view);
    const colours = palette();
    const people = { fresh: slice(view, view.people.fresh), retained: slice(view, view.people.retained), active: slice(view, view.people.active) };
    const pattern = hatched(slice(view, view.isPartial));
    const bar = (name, y, colour) => ({ type: "bar", name, x, y, marker: { color: colour, pattern }, hovertemplate: "%{y:,}" });
    return {
      data: [
        bar("Back after a pause", people.active.map((count, index) => count - people.retained[index] - people.fresh[index]), colours[1]),
        bar("Also the month before", people.retained, colours[0]),
        bar("New", people.fresh, colours[2]),
      ],
      layout: monthLayout({ barmode: "stack", yaxis: { tickformat: "~s" } }),
    };
  },
});

card({
  id: "channels", page: "happened", w: "w4", height: 310, filters: ["period", "country", "segment"], dimension: "channel",
  when: () => CUBE.counts[1] > 1,
  title: (view) => topShare(view, "channel"),
  definition: "Net revenue by sales channel; choose one to filter by it.",
  table: (view) => memberTable(view, "channel"),
  plot: (view) => memberBars(view, "channel"),
});

card({
  id: "segments", page: "happened", w: "w4", height: 310, filters: ["period", "country", "channel"], dimension: "segment",
  when: () => CUBE.counts[0] <= 1 || CUBE.counts[1] <= 1,
  title: (view) => topShare(view, "segment"),
  definition: "Net revenue by RFM segment of today; choose one to filter by it.",
  table: (view) => memberTable(view, "segment"),
  plot: (view) => memberBars(view, "segment"),
});

card({
  id: "retention", page: "happened", w: "w6", filters: EVERY_FILTER,
  title: (view) => `Of a month’s customers ${percent0(view.total.retention_rate)} bought again in the next`,
  definition: "Retention: customers of a month who had bought in the month before ÷ all customers of the month before, both within what is filtered. Churn is the rest. Months that are not over are left out.",
  series(view) {
    return view.people.retained.map((count, index) => (index && !view.isPartial[index] && view.people.active[index - 1] ? count / view.people.active[index - 1] : null));
  },
  table(view) { return table(["month", "retention_rate", "churn_rate"], monthsOf(view).map((month, index) => { const rate = this.series(view)[view.filter.from + index]; return [month, rate, rate === null ? null : 1 - rate]; })); },
  plot(view) {
    const rates = slice(view, this.series(view));
    const colours = palette();
    return {
      data: [
        { ...line("Retention", monthsOf(view), rates, colours[0]), hovertemplate: "%{y:.1%}" },
        { ...line("Churn", monthsOf(view), rates.map((rate) => (rate === null ? null : 1 - rate)), colours[4], { line: { dash: "dot" } }), hovertemplate: "%{y:.1%}" },
      ],
      layout: monthLayout({ yaxis: { ...SHARE_AXIS, rangemode: "tozero" } }),
    };
  },
});

card({
  id: "base", name: "Customers alive and lapsed", page: "happened", w: "w6", filters: ["period"], needs: ["base"],
  title(view, data) {
    const rows = data.base.filter(inPeriod(view));
    const last = rows[rows.length - 1];
    return last ? `${number(last.closing_customers)} customers are alive, ${percent0(last.lapse_rate)} of all have lapsed` : "Customers alive and lapsed";
  },
  definition: () => `A customer lapses after ${ABOUT.lapse_days || 180} days without an order. Above zero: who came or came back in the month; below: who lapsed. Line: customers alive at its end.`,
  table: (view, data) => rowsTable(data.base.filter(inPeriod(view)), ["month_start_date", "opening_customers", "new_customers", "reactivated_customers", "newly_lapsed_customers", "closing_customers", "lapse_rate", "lapse_churn_rate"]),
  plot(view, data) {
    const rows = data.base.filter(inPeriod(view));
    const x = rows.map((row) => row.month_start_date);
    const colours = palette();
    const pattern = hatched(rows.map((row) => row.is_partial_period));
    return {
      data: [
        { type: "bar", name: "New", x, y: rows.map((row) => row.new_customers), marker: { color: colours[2], pattern }, hovertemplate: "%{y:,}" },
        { type: "bar", name: "Reactivated", x, y: rows.map((row) => row.reactivated_customers), marker: { color: colours[1], pattern }, hovertemplate: "%{y:,}" },
        { type: "bar", name: "Lapsed", x, y: rows.map((row) => -row.newly_lapsed_customers), customdata: rows.map((row) => row.newly_lapsed_customers), marker: { color: colours[4], pattern }, hovertemplate: "%{customdata:,}" },
        { ...line("Alive at the end", x, rows.map((row) => row.closing_customers), css("--ink"), { line: { width: 1.6 } }), yaxis: "y2", hovertemplate: "%{y:,}" },
      ],
      layout: monthLayout({ barmode: "relative", margin: { r: 44 }, yaxis: { tickformat: "~s" }, yaxis2: axis({ overlaying: "y", side: "right", showgrid: false, tickformat: "~s", rangemode: "tozero" }) }),
    };
  },
});

section("happened", "Coming back", "How many customers of one month are back later, and how soon.");

card({
  id: "cohorts", name: "Cohorts of customers", page: "happened", w: "w8", height: 470, filters: ["period"], needs: ["cohorts"],
  controls: [{ key: "measure", label: "Show", options: () => [["retention_rate", "Share that bought"], ["cumulative_net_revenue_per_customer", "Revenue per customer, cumulated"], ["average_order_value", "Average order value"]] }],
  chosen: (view, data) => data.cohorts.filter((row) => row.cohort_start_date <= view.months[view.filter.to]),
  title(view, data) {
    const first = data.cohorts.filter((row) => row.period_number === 1 && row.is_elapsed && !row.is_partial_period && row.retention_rate !== null);
    const size = sum(first, "cohort_size");
    return size ? `${percent0(first.reduce((total, row) => total + row.retention_rate * row.cohort_size, 0) / size)} of new customers buy again in the period after their first order` : "Cohorts of customers";
  },
  definition: "Rows: customers by the period of their first order. Columns: periods since. Empty: the period is not over; 0%: it is, and nobody came.",
  table: (view, data) => rowsTable(data.cohorts, ["cohort_start_date", "period_number", "cohort_size", "is_elapsed", "is_partial_period", "retention_rate", "cumulative_net_revenue_per_customer", "average_order_value"]),
  plot(view, data) {
    const rows = this.chosen(view, data);
    const cohorts = unique(rows, "cohort_start_date");
    const last = Math.max(...rows.map((row) => row.period_number));
    const measure = data.control.measure;
    const start = measure === "retention_rate" ? 1 : 0;
    const x = Array.from({ length: Math.max(last + 1 - start, 1) }, (_, index) => index + start);
    const cells = new Map(rows.map((row) => [`${row.cohort_start_date} ${row.period_number}`, row]));
    const grid = cohorts.map((cohort) => x.map((period) => {
      const row = cells.get(`${cohort} ${period}`);
      return row && row.is_elapsed && !row.is_partial_period ? row[measure] : null;
    }));
    const format = measure === "retention_rate" ? percent0 : moneyShort;
    const sizes = cohorts.map((cohort) => (cells.get(`${cohort} 0`) || { cohort_size: null }).cohort_size);
    const name = (cohort, index) => `${cohort.slice(8) === "01" ? monthName(cohort) : cohort} · ${number(sizes[index])}`;
    return {
      data: [heatmap(x.map(String), cohorts.map(name), grid, {
        text: grid.map((row) => row.map((value) => (value === null || x.length > 26 ? "" : plain(format(value)).replace("%", "")))),
        textfont: { size: 9.5 }, customdata: grid.map((row) => row.map((value) => plain(format(value)))),
        hovertemplate: "%{y} customers, period %{x}: %{customdata}<extra></extra>", zmin: 0,
        colorbar: { thickness: 8, outlinewidth: 0, tickfont: { size: 10, color: css("--muted") }, len: 0.9, tickformat: measure === "retention_rate" ? ".0%" : "~s" },
      })],
      layout: layout({ margin: { t: 26, b: 8 }, xaxis: { side: "top", type: "category", showgrid: false, tickfont: { size: 10, color: css("--muted") } }, yaxis: { autorange: "reversed", type: "category", showgrid: false, tickfont: { size: 10.5, color: css("--muted") } } }),
    };
  },
});

card({
  id: "curve", name: "Retention by period", page: "happened", w: "w4", height: 470, needs: ["cohorts"],
  series(data) {
    const rows = data.cohorts.filter((row) => row.period_number > 0 && row.is_elapsed && !row.is_partial_period && row.retention_rate !== null);
    return unique(rows, "period_number").sort((first, second) => first - second).map((period) => {
      const found = where(rows, { period_number: period });
      const size = sum(found, "cohort_size");
      return { period, size, cohorts: found.length, rate: size ? found.reduce((total, row) => total + row.retention_rate * row.cohort_size, 0) / size : null };
    }).filter((row) => row.cohorts >= 3 || row.period === 1);
  },
  title(view, data) {
    const rows = this.series(data);
    const last = rows.filter((row) => row.period <= 12).pop();
    return last ? `From ${percent0(rows[0].rate)} in period ${rows[0].period} to ${percent0(last.rate)} in period ${last.period}` : "Retention by period";
  },
  definition: "Share of a cohort that bought in the period, over all cohorts that are old enough (at least three), weighted by size.",
  table(view, data) { return table(["period_number", "retention_rate", "customers", "cohorts"], this.series(data).map((row) => [row.period, row.rate, row.size, row.cohorts])); },
  plot(view, data) {
    const rows = this.series(data);
    return {
      data: [{ ...line("Retention", rows.map((row) => row.period), rows.map((row) => row.rate), palette()[0], { fill: "tozeroy", fillcolor: faded(palette()[0], 0.12) }), customdata: rows.map((row) => [row.size, row.cohorts]), hovertemplate: "Period %{x}: %{y:.1%}<br>%{customdata[0]:,} customers, %{customdata[1]} cohorts<extra></extra>" }],
      layout: layout({ margin: { t: 12 }, xaxis: { title: "Periods since the first order", showgrid: false }, yaxis: { ...SHARE_AXIS, rangemode: "tozero" } }),
    };
  },
});

card({
  id: "rhythm", name: "From order to order", page: "happened", w: "w4", needs: ["rhythm"],
  title(view, data) { const second = data.rhythm[0]; return second ? `${percent0(second.continuation_rate)} place a second order, half of them within ${number(second.median_days_since_previous_order)} days` : "From order to order"; },
  definition: "Bars: of the customers with so many orders, those who placed the next one. Line: median days since the one before.",
  table: (view, data) => rowsTable(data.rhythm, ["order_number_label", "preceding_order_count", "continuation_rate", "p25_days_since_previous_order", "median_days_since_previous_order", "p75_days_since_previous_order"]),
  plot(view, data) {
    const x = data.rhythm.map((row) => row.order_number_label.replace(" and later", "+"));
    const colours = palette();
    return {
      data: [
        { type: "bar", name: "Share that goes on", x, y: data.rhythm.map((row) => row.continuation_rate), marker: { color: colours[1] }, hovertemplate: "%{y:.1%}" },
        { ...line("Days between", x, data.rhythm.map((row) => row.median_days_since_previous_order), colours[4]), mode: "lines+markers", yaxis: "y2", customdata: data.rhythm.map((row) => [row.p25_days_since_previous_order, row.p75_days_since_previous_order]), hovertemplate: "%{y:.0f} days (half: %{customdata[0]:.0f} to %{customdata[1]:.0f})" },
      ],
      layout: layout({ hovermode: "x unified", margin: { r: 40 }, xaxis: { type: "category", title: "Order number", showgrid: false }, yaxis: { ...SHARE_AXIS, rangemode: "tozero" }, yaxis2: axis({ overlaying: "y", side: "right", showgrid: false, rangemode: "tozero" }) }),
    };
  },
});

card({
  id: "repurchase", name: "Second orders by month of the first", page: "happened", w: "w4", filters: ["period"], needs: ["repurchase"],
  title(view, data) {
    const rows = data.repurchase.filter((row) => row.scope !== "month");
    const best = rows[rows.length - 1];
    return best ? `${percent0(best.repurchase_rate)} have bought again within ${best.window_days} days` : "Second orders by month of the first";
  },
  definition: "Of the customers whose first order was in the month, those who ordered again within so many days; only windows that are over.",
  table: (view, data) => rowsTable(data.repurchase, ["month_start_date", "scope", "window_days", "eligible_customers", "repurchase_rate"]),
  plot(view, data) {
    const rows = data.repurchase.filter((row) => row.scope === "month").filter(inPeriod(view));
    const colours = palette();
    return {
      data: unique(rows, "window_days").map((days, index) => {
        const found = where(rows, { window_days: days });
        return { ...line(`${days} days`, found.map((row) => row.month_start_date), found.map((row) => row.repurchase_rate), colours[index % 10]), hovertemplate: "%{y:.1%}" };
      }),
      layout: monthLayout({ yaxis: { ...SHARE_AXIS, rangemode: "tozero" } }),
    };
  },
});

card({
  id: "weekdays", name: "Weekdays", page: "happened", w: "w4", needs: ["weekdays"],
  title(view, data) {
    const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    const means = days.map((_, index) => { const rows = where(data.weekdays, { iso_day_of_week: index + 1 }); return sum(rows, "days") ? rows.reduce((total, row) => total + row.revenue_per_day * row.days, 0) / sum(rows, "days") : 0; });
    return `${days[means.indexOf(Math.max(...means))]} is the strongest day of the week`;
  },
  definition: "Net revenue per day, by weekday and month of the year, over the whole history.",
  table: (view, data) => rowsTable(data.weekdays, ["iso_day_of_week", "month_of_year", "days", "revenue_per_day"]),
  plot(view, data) {
    const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const cells = new Map(data.weekdays.map((row) => [`${row.iso_day_of_week} ${row.month_of_year}`, row.revenue_per_day]));
    const grid = days.map((_, day) => MONTHS.map((__, month) => cells.get(`${day + 1} ${month + 1}`) ?? null));
    return {
      data: [heatmap(MONTHS, days, grid, { customdata: grid.map((row) => row.map((value) => plain(money(value)))), hovertemplate: "%{y}, %{x}: %{customdata} a day<extra></extra>", colorbar: { thickness: 8, outlinewidth: 0, len: 0.9, tickformat: "$~s", tickfont: { size: 10, color: css("--muted") } } })],
      layout: layout({ margin: { t: 8 }, xaxis: { showgrid: false }, yaxis: { autorange: "reversed", showgrid: false } }),
    };
  },
});

section("happened", "What sold, and what brought it", "Products, campaigns, the web shop and the cost of new customers.");

card({
  id: "products", name: "Products", page: "happened", w: "w6", height: 430, filters: ["period"], needs: ["products"],
  controls: [{ key: "measure", label: "Rank by", options: () => [["revenue", "Net revenue"], ["units", "Units"]] }],
  ranked(view, data, most) {
    const measure = data.control.measure;
    return data.products.map((row) => {
      let total = 0;
      row.months.forEach((month, index) => { if (month >= view.filter.from && month <= view.filter.to) total += row[measure][index]; });
      return { product: row.product, product_id: row.product_id, total };
    }).sort((first, second) => second.total - first.total).slice(0, most);
  },
  title(view, data) { const [best] = this.ranked(view, data, 1); return best ? `${cut(best.product, 48)} leads` : "Products"; },
  definition: "Out of the 200 products with the most net revenue over the whole history.",
  table(view, data) { return table(["product_id", "product", data.control.measure], this.ranked(view, data, 200).map((row) => [row.product_id, row.product, row.total])); },
  plot(view, data) {
    const rows = this.ranked(view, data, 15).reverse();
    return bars(rows.map((row, index) => `${index} ${row.product_id}`), rows.map((row) => cut(row.product, 34)), rows.map((row) => row.total), data.control.measure === "revenue" ? money : number);
  },
});

card({
  id: "pairs", name: "Products bought together", page: "happened", w: "w6", height: 430, needs: ["pairs"],
  title(view, data) { const best = data.pairs[0]; return `${cut(best.product_a, 30)} and ${cut(best.product_b, 30)} go together most`; },
  definition: "Pairs of products in one order. Lift: how much more often than if they were bought independently.",
  table: (view, data) => rowsTable(data.pairs, ["product_a", "product_b", "orders_together", "support", "confidence", "lift"]),
  body: (view, data) => makeTable([
    { name: "product_a", label: "Product" }, { name: "product_b", label: "Bought with" },
    { name: "orders_together", label: "Orders", number: true, format: number }, { name: "confidence", label: "Confidence", number: true, format: percent0 }, { name: "lift", label: "Lift", number: true, format: number1 },
  ], data.pairs.slice(0, 11)),
});

card({
  id: "campaigns", name: "Campaigns", page: "happened", w: "w6", needs: ["campaigns"],
  title(view, data) { const [best] = data.campaigns; return `${nice(best.campaign)}: ${percent0(best.purchase_rate)} bought afterwards`; },
  definition: "Share of contacted customers who responded, and who bought within the campaign’s window. What followed a contact is not yet caused by it.",
  table: (view, data) => rowsTable(data.campaigns, ["campaign", "contacted_customers", "response_rate", "purchase_rate", "net_revenue_per_contact"]),
  plot(view, data) {
    const x = data.campaigns.map((row) => wrapped(nice(row.campaign)));
    const colours = palette();
    const bar = (name, key, colour) => ({ type: "bar", name, x, y: data.campaigns.map((row) => row[key]), marker: { color: colour }, hovertemplate: "%{y:.1%}" });
    return { data: [bar("Responded", "response_rate", colours[1]), bar("Bought afterwards", "purchase_rate", colours[0])], layout: layout({ hovermode: "x unified", xaxis: { type: "category", showgrid: false, tickangle: data.campaigns.length > 9 ? -35 : 0, tickfont: { size: 10, color: css("--muted") } }, yaxis: SHARE_AXIS }) };
  },
});

card({
  id: "acquisition", name: "Cost and worth of new customers", page: "happened", w: "w6", needs: ["acquisition"],
  title(view, data) { const all = data.acquisition.find((row) => row.channel === "all"); return all ? `A new customer cost ${money2(all.cost)} and has brought ${money2(all.margin)}` : "Cost and worth of new customers"; },
  definition: "Marketing spend ÷ new customers, beside the margin per new customer so far; over all months with spend.",
  table: (view, data) => rowsTable(data.acquisition, ["channel", "spend_amount", "new_customers", "cost", "margin"]),
  plot(view, data) {
    const rows = data.acquisition.filter((row) => row.cost !== null);
    const x = rows.map((row) => plain(nice(row.channel)));
    const colours = palette();
    const bar = (name, key, colour) => ({ type: "bar", name, x, y: rows.map((row) => row[key]), marker: { color: colour }, hovertemplate: `%{y:$,.2f}` });
    return { data: [bar("Cost per new customer", "cost", colours[4]), bar("Margin per new customer so far", "margin", colours[2])], layout: layout({ hovermode: "x unified", xaxis: { type: "category", showgrid: false }, yaxis: MONEY_AXIS }) };
  },
});

card({
  id: "web", name: "Visits that ended in an order", page: "happened", w: "w12", filters: ["period"], needs: ["web"],
  title(view, data) {
    const rows = where(data.web, { channel: "all" }).filter(inPeriod(view));
    return sum(rows, "visit_count") ? `${percent(sum(rows, "order_count") / sum(rows, "visit_count"))} of visits ended in an order` : "Visits that ended in an order";
  },
  definition: "Web orders ÷ visits of the month, by the channel that brought the visit where it is known.",
  table: (view, data) => rowsTable(data.web, ["month_start_date", "channel", "visit_count", "order_count", "visit_conversion_rate"]),
  plot(view, data) {
    const rows = data.web.filter(inPeriod(view));
    const colours = palette();
    return {
      data: unique(rows, "channel").slice(0, 6).map((channel, index) => {
        const found = where(rows, { channel });
        return { ...line(plain(nice(channel)), found.map((row) => row.month_start_date), found.map((row) => row.visit_conversion_rate), channel === "all" ? css("--ink") : colours[index % 10]), hovertemplate: "%{y:.2%}" };
      }),
      layout: monthLayout({ yaxis: { tickformat: ".1%", rangemode: "tozero" } }),
    };
  },
});

// Bars of members lie flat, the biggest on top; ids keep equal names apart.
function bars(ids, names, values, format, colours = null) {
  const most = Math.max(...values.map(Math.abs));
  const fills = Array.isArray(colours) ? colours : values.map(() => colours || palette()[0]);
  return {
    data: [{
      type: "bar", orientation: "h", y: ids.map(plain), x: values, marker: { color: fills }, customdata: names.map((name, index) => [plain(name), plain(format(values[index]))]),
      text: values.map((value) => plain(format(value))), textposition: values.map((value) => (Math.abs(value) < most * 0.3 ? "outside" : "inside")), textangle: 0, insidetextanchor: "end", insidetextfont: { size: 10.5, color: fills.map(onColour) }, outsidetextfont: { size: 10.5, color: css("--ink") }, cliponaxis: false, hovertemplate: "%{customdata[0]}: %{customdata[1]}<extra></extra>",
    }],
    layout: layout({
      showlegend: false, margin: { t: 6, b: 10, l: 10, r: 44 }, xaxis: { showticklabels: false, showgrid: false, zeroline: false, ticks: "", linecolor: "rgba(0,0,0,0)" },
      yaxis: { type: "category", showgrid: false, tickmode: "array", tickvals: ids.map(plain), ticktext: names.map(plain), tickfont: { size: 11, color: css("--ink") } },
    }),
  };
}
function ranked(view, dimension) {
  return view.by(dimension).filter((row) => row.net_revenue || row.order_count).sort((first, second) => second.net_revenue - first.net_revenue);
}
function topShare(view, dimension) {
  const rows = ranked(view, dimension);
  const total = sum(rows, "net_revenue");
  const best = rows.find((row) => row.member < CUBE.members[dimension].names.length);
  return best && total > 0 ? `${cut(memberName(dimension, best.member), 30)} ${dimension === "segment" ? "bring" : "brings"} ${percent0(best.net_revenue / total)} of net revenue` : `Net revenue by ${dimension}`;
}
function memberTable(view, dimension) {
  return table([dimension, "net_revenue", "order_count", "units", "returns_amount", "active_customers"], ranked(view, dimension).map((row) => [memberName(dimension, row.member), row.net_revenue, row.order_count, row.units, row.returns_amount, row.active_customers]));
}
function memberBars(view, dimension) {
  const rows = ranked(view, dimension).reverse();
  const chosen = view.filter[dimension];
  const figure = bars(rows.map((row) => `${row.member}`), rows.map((row) => cut(memberName(dimension, row.member), 20)), rows.map((row) => row.net_revenue), moneyShort,
    rows.map((row) => (chosen === ALL || row.member === chosen ? (row.member < CUBE.members[dimension].names.length ? palette()[0] : css("--c7")) : faded(palette()[0], 0.3))));
  figure.data[0].customdata = rows.map((row) => [plain(memberName(dimension, row.member)), plain(money(row.net_revenue)), plain(number(row.order_count)), plain(number(row.active_customers))]);
  figure.data[0].hovertemplate = "<b>%{customdata[0]}</b><br>%{customdata[1]} net revenue<br>%{customdata[2]} orders, %{customdata[3]} customers<extra></extra>";
  figure.onClick = (point) => chooseMember(dimension, Number(point.y));
  return figure;
}

// ======================================================================= why
const EFFECTS = [["customers_effect", "Number of customers"], ["frequency_effect", "Orders per customer"], ["order_value_effect", "Value of an order"], ["unknown_customer_effect", "Orders without a customer"]];
const COMPARISON = { key: "comparison", label: "Against", options: (view, data) => [["year_before", "the year before"], ["previous_month", "the month before"]].filter(([value]) => (data.drivers || data.movements || []).some((row) => row.comparison === value)) };

card({
  id: "waterfall", name: "Why revenue changed", page: "why", w: "w5", height: 360, filters: ["period"], needs: ["drivers"], controls: [COMPARISON],
  found(view, data) {
    const rows = where(data.drivers, { comparison: data.control.comparison }).filter((row) => row.month_start_date <= view.months[view.filter.to]);
    return rows[rows.length - 1];
  },
  title(view, data) {
    const row = this.found(view, data);
    if (!row) return "No month to compare";
    const effects = EFFECTS.map(([key, name]) => [name, row[key] || 0]).sort((first, second) => Math.abs(second[1]) - Math.abs(first[1]));
    return `${monthName(row.month_start_date)} is ${moneyShort(Math.abs(row.revenue_change))} ${row.revenue_change < 0 ? "below" : "above"} ${monthName(row.base_month_start_date)}: mostly ${effects[0][0].toLowerCase()}`;
  },
  definition: "Net revenue = customers × orders per customer × value of an order; each effect is what its factor alone changes. For the last month of the period.",
  table: (view, data) => rowsTable(data.drivers, ["comparison", "month_start_date", "base_month_start_date", "is_partial_period", "base_net_revenue", "customers_effect", "frequency_effect", "order_value_effect", "unknown_customer_effect", "net_revenue", "decomposition_method"]),
  plot(view, data) {
    const row = this.found(view, data);
    if (!row) return { data: [], layout: layout() };
    const steps = EFFECTS.filter(([key]) => row[key]);
    const colours = palette();
    const values = [row.base_net_revenue, ...steps.map(([key]) => row[key]), row.net_revenue];
    return {
      data: [{
        type: "waterfall", x: [monthName(row.base_month_start_date), ...steps.map(([, name]) => wrapped(name)), monthName(row.month_start_date)], y: values, measure: ["absolute", ...steps.map(() => "relative"), "total"],
        increasing: { marker: { color: colours[2] } }, decreasing: { marker: { color: colours[4] } }, totals: { marker: { color: colours[0] } }, connector: { line: { color: css("--faint"), width: 1 } },
        text: values.map((value, index) => plain((index && index < values.length - 1 && value > 0 ? "+" : "") + moneyShort(value))), textposition: "outside", cliponaxis: false, textfont: { size: 11 }, hovertemplate: "%{x}: %{text}<extra></extra>",
      }],
      layout: layout({ showlegend: false, margin: { t: 20 }, xaxis: { type: "category", showgrid: false, tickangle: isNarrow() ? -50 : 0, tickfont: { size: 10.5, color: css("--ink") } }, yaxis: { ...MONEY_AXIS, rangemode: "tozero" } }),
    };
  },
});

card({
  id: "effects", name: "Effects by month", page: "why", w: "w7", height: 360, filters: ["period"], needs: ["drivers"], controls: [COMPARISON],
  found: (view, data) => where(data.drivers, { comparison: data.control.comparison }).filter(inPeriod(view)),
  title(view, data) {
    const rows = this.found(view, data);
    const totals = EFFECTS.map(([key, name]) => [name, rows.reduce((total, row) => total + Math.abs(row[key] || 0), 0)]).sort((first, second) => second[1] - first[1]);
    return rows.length ? `${totals[0][0]} moved revenue most over the period` : "No month of the period can be compared";
  },
  definition: "The effects of each month; together they are the change of its net revenue.",
  table(view, data) { return rowsTable(this.found(view, data), ["month_start_date", "base_month_start_date", "revenue_change", ...EFFECTS.map(([key]) => key)]); },
  plot(view, data) {
    const rows = this.found(view, data);
    const colours = [palette()[0], palette()[3], palette()[2], palette()[7]];
    return {
      data: [
        ...EFFECTS.map(([key, name], index) => ({ type: "bar", name, x: rows.map((row) => row.month_start_date), y: rows.map((row) => row[key]), marker: { color: colours[index], pattern: hatched(rows.map((row) => row.is_partial_period)) }, hovertemplate: MONEY_HOVER })).filter((trace) => trace.y.some((value) => value)),
        { type: "scatter", mode: "markers", name: "Change", x: rows.map((row) => row.month_start_date), y: rows.map((row) => row.revenue_change), marker: { color: css("--ink"), size: 6, symbol: "diamond" }, hovertemplate: MONEY_HOVER },
      ],
      layout: monthLayout({ barmode: "relative", yaxis: { ...MONEY_AXIS, zeroline: true } }),
    };
  },
});

const MOVEMENT_COLOURS = { new: 2, reactivated: 1, expanded: 0, contracted: 3, unchanged: 7, lost: 4, returns_alone: 5, unknown_customer: 7 };
card({
  id: "movements", name: "Movements of revenue", page: "why", w: "w7", height: 340, filters: ["period"], needs: ["movements"], controls: [COMPARISON],
  found: (view, data) => where(data.movements, { comparison: data.control.comparison }).filter(inPeriod(view)),
  title(view, data) {
    const rows = this.found(view, data);
    const won = sum(rows.filter((row) => ["new", "reactivated"].includes(row.movement)), "revenue_change");
    const lost = sum(rows.filter((row) => row.movement === "lost"), "revenue_change");
    return rows.length ? `New and returning customers brought ${moneyShort(won)}, lost ones took ${moneyShort(Math.abs(lost))}` : "No month of the period can be compared";
  },
  definition: "Each customer’s change of net revenue against the month compared with, by what the customer did.",
  table(view, data) { return rowsTable(this.found(view, data), ["month_start_date", "movement", "customers", "revenue_change"]); },
  plot(view, data) {
    const rows = this.found(view, data);
    const colours = palette();
    return {
      data: unique(rows, "movement").map((movement) => {
        const found = where(rows, { movement });
        return { type: "bar", name: nice(movement), x: found.map((row) => row.month_start_date), y: found.map((row) => row.revenue_change), customdata: found.map((row) => row.customers), marker: { color: colours[MOVEMENT_COLOURS[movement] ?? 7], pattern: hatched(found.map((row) => row.is_partial_period)) }, hovertemplate: `${MONEY_HOVER} (%{customdata:,} customers)` };
      }).filter((trace) => trace.y.some((value) => value)),
      layout: monthLayout({ barmode: "relative", yaxis: { ...MONEY_AXIS, zeroline: true } }),
    };
  },
});

card({
  id: "lorenz", name: "Concentration of revenue", page: "why", w: "w5", height: 340, needs: ["lorenz", "concentration"],
  title(view, data) { const row = data.concentration.find((found) => found.entity === "customer"); return row ? `The top 20% of customers bring ${percent0(row.top_20_percent_share)} of net revenue` : "Concentration of net revenue"; },
  definition: (view, data) => (data.concentration || []).slice().sort((first, second) => first.entity.localeCompare(second.entity)).map((row) => `${number(row.entities_with_80_percent)} of ${number(row.entities)} ${row.entity}s bring 80% (Gini ${number2(row.gini)}).`).join(" "),
  table: (view, data) => rowsTable(data.lorenz, ["entity", "percentile", "cumulative_revenue_share"]),
  plot(view, data) {
    const colours = palette();
    const curves = unique(data.lorenz, "entity").map((entity, index) => {
      const rows = where(data.lorenz, { entity });
      return { ...line(nice(`${entity}s`), [0, ...rows.map((row) => row.percentile / 100)], [0, ...rows.map((row) => row.cumulative_revenue_share)], colours[[0, 3][index % 2]]), hovertemplate: "The top %{x:.0%} bring %{y:.1%}" };
    });
    return { data: [...curves, line("If all brought the same", [0, 1], [0, 1], css("--faint"), { line: { dash: "dot", width: 1.2 }, hoverinfo: "skip" })], layout: layout({ xaxis: { ...WHOLE_AXIS, title: "Share of customers or products, the best first" }, yaxis: { ...SHARE_AXIS, range: [0, 1.04] } }) };
  },
});

section("why", "What goes with lapsing and with value", "Associations, not causes: what customers did early, who they are, and what became of them.");

card({
  id: "associations", name: "What goes with lapse and value", page: "why", w: "w6", height: 430, needs: ["associations"],
  controls: [{ key: "outcome", label: "Outcome", options: (view, data) => unique(data.associations, "outcome").map((outcome) => [outcome, nice(outcome)]) }],
  title(view, data) { const [best] = where(data.associations, { outcome: data.control.outcome }); return best ? `${nice(best.feature)} goes most with ${best.outcome}` : "Associations"; },
  definition: "Strength of the association with lapse or later value (its own measure by kind; longer is stronger). Grey: it may be chance (adjusted p-value).",
  table: (view, data) => rowsTable(data.associations, ["outcome", "feature", "effect_size_measure", "effect_size", "direction", "adjusted_p_value", "is_significant", "customers", "status"]),
  plot(view, data) {
    const rows = where(data.associations, { outcome: data.control.outcome }).slice(0, 16).reverse();
    const figure = bars(rows.map((row) => row.feature), rows.map((row) => cut(nice(row.feature), 28)), rows.map((row) => Math.abs(row.effect_size)), number3, rows.map((row) => (row.is_significant ? palette()[0] : faded(css("--c7"), 0.55))));
    figure.data[0].customdata = rows.map((row) => [plain(nice(row.feature)), plain(nice(row.effect_size_measure)), plain(number3(row.effect_size)), plain(row.direction), row.customers]);
    figure.data[0].hovertemplate = "<b>%{customdata[0]}</b><br>%{customdata[3]}<br>%{customdata[1]} %{customdata[2]}, %{customdata[4]:,} customers<extra></extra>";
    return figure;
  },
});

card({
  id: "levels", name: "Lapse and value by level", page: "why", w: "w6", height: 430, needs: ["levels"],
  controls: [{ key: "feature", label: "Feature", options: (view, data) => unique(data.levels, "feature").map((feature) => [feature, nice(feature)]) }],
  title(view, data) {
    const rows = where(data.levels, { feature: data.control.feature }).filter((row) => row.lapse_rate !== null && row.level_kind !== "missing");
    if (!rows.length) return "Lapse and value by level";
    const high = rows.reduce((best, row) => (row.lapse_rate > best.lapse_rate ? row : best));
    const low = rows.reduce((best, row) => (row.lapse_rate < best.lapse_rate ? row : best));
    return `${nice(data.control.feature)}: between ${percent0(low.lapse_rate)} and ${percent0(high.lapse_rate)} lapse`;
  },
  definition: "Bars: share of the customers of the level who have lapsed. Diamonds: mean value after the early days.",
  label(row) {
    if (row.lowest_value === null || row.level_kind !== "quarter") return String(row.level_name);
    const plainNumber = (value) => (/year/.test(row.feature) ? String(value) : short(value));
    return row.lowest_value === row.highest_value ? plainNumber(row.lowest_value) : `${plainNumber(row.lowest_value)} – ${plainNumber(row.highest_value)}`;
  },
  table: (view, data) => rowsTable(data.levels, ["feature", "level_number", "level_name", "lowest_value", "highest_value", "customers", "lapse_rate", "mean_later_value"]),
  plot(view, data) {
    const rows = where(data.levels, { feature: data.control.feature });
    const x = rows.map((row) => row.level_number);
    const names = rows.map((row) => plain(cut(this.label(row), 22)));
    const colours = palette();
    return {
      data: [
        { type: "bar", name: "Lapsed", x, y: rows.map((row) => row.lapse_rate), customdata: rows.map((row) => row.customers), marker: { color: rows.map((row) => (row.level_kind === "missing" ? css("--c7") : colours[1])) }, hovertemplate: "%{y:.1%} of %{customdata:,} customers" },
        { type: "scatter", mode: "markers", name: "Mean later value", x, y: rows.map((row) => row.mean_later_value), yaxis: "y2", marker: { color: colours[4], size: 9, symbol: "diamond" }, hovertemplate: `%{y:$,.2f}` },
      ],
      layout: layout({ hovermode: "x unified", margin: { r: 52 }, xaxis: { type: "category", showgrid: false, tickvals: x, ticktext: names }, yaxis: { ...SHARE_AXIS, rangemode: "tozero" }, yaxis2: axis({ ...MONEY_AXIS, overlaying: "y", side: "right", showgrid: false, rangemode: "tozero" }) }),
    };
  },
});

card({
  id: "correlations", page: "why", w: "w6", height: 400, needs: ["correlations"],
  title: "Which measures of customers rise together",
  definition: "Spearman’s rank correlation over all customers: 1 = the same order, −1 = the reverse, 0 = none.",
  table: (view, data) => rowsTable(data.correlations, ["measure", "other_measure", "correlation"]),
  plot(view, data) {
    const names = ["recency_days", "order_count", "monetary_value", "mean_order_value", "first_order_age_days", "probability_alive", "clv_12m"];
    const cells = new Map(data.correlations.map((row) => [`${row.measure} ${row.other_measure}`, row.correlation]));
    const grid = names.map((first) => names.map((second) => cells.get(`${first} ${second}`) ?? null));
    return {
      data: [heatmap(names.map(nice), names.map(nice), grid, { colorscale: diverging(), zmin: -1, zmax: 1, text: grid.map((row) => row.map((value) => (value === null ? "" : number2(value)))), textfont: { size: 11 }, hovertemplate: "%{y} and %{x}: %{z:.2f}<extra></extra>" })],
      layout: layout({ margin: { t: 8 }, xaxis: { showgrid: false, tickangle: -30 }, yaxis: { autorange: "reversed", showgrid: false } }),
    };
  },
});

card({
  id: "first-products", name: "First products", page: "why", w: "w6", height: 400, needs: ["first_products"],
  title(view, data) { const [best] = data.first_products; return `Who begins with ${cut(best.product, 40)} comes back most`; },
  definition: (view, data) => `Share of the buyers of a product in their first order who ordered again, beside ${percent0(data.first_products[0].baseline_repeat_rate)} of all (line). Products of at least 20 first buyers.`,
  table: (view, data) => rowsTable(data.first_products, ["product", "eligible_customers", "repeat_rate", "baseline_repeat_rate", "repeat_rate_lift"]),
  plot(view, data) {
    const rows = data.first_products.slice().reverse();
    const figure = bars(rows.map((row, index) => `${index}`), rows.map((row) => cut(row.product, 30)), rows.map((row) => row.repeat_rate), percent0, palette()[2]);
    const baseline = rows[0].baseline_repeat_rate;
    figure.data[0].textposition = "inside";
    figure.data[0].insidetextanchor = "start";
    figure.layout.shapes = [{ type: "line", x0: baseline, x1: baseline, yref: "paper", y0: 0, y1: 1, line: { color: css("--ink"), width: 1.4, dash: "dot" } }];
    return figure;
  },
});

// ======================================================================= who
card({
  id: "treemap", name: "RFM segments", page: "who", w: "w7", height: 400, needs: ["profiles"],
  rows: (data) => where(data.profiles, { segmentation: "rfm" }),
  title(view, data) {
    const [best] = this.rows(data);
    return `${nice(best.segment)}: ${percent0(best.customer_share)} of customers, ${percent0(best.monetary_share)} of their money`;
  },
  definition: "RFM segments. Area: customers. Colour: money per customer. Segments are of today: the filters do not change them.",
  table(view, data) { return rowsTable(this.rows(data), ["segment", "customers", "customer_share", "mean_recency_days", "mean_order_count", "mean_order_value", "monetary_value", "monetary_share"]); },
  plot(view, data) {
    const rows = this.rows(data);
    const logs = rows.map((row) => Math.log10(Math.max(row.monetary_value_per_customer, 1)));
    const inks = logs.map((value) => onColour(colourOn(sequential(), Math.min(...logs), Math.max(...logs), value)));
    return {
      data: [{
        type: "treemap", labels: rows.map((row) => plain(nice(row.segment))), parents: rows.map(() => ""), values: rows.map((row) => row.customers), sort: true,
        customdata: rows.map((row) => [plain(percent(row.customer_share)), plain(moneyShort(row.monetary_value)), plain(percent(row.monetary_share)), plain(money(row.monetary_value_per_customer)), plain(number(row.mean_recency_days)), plain(number1(row.mean_order_count))]),
        texttemplate: "<b>%{label}</b><br>%{value:,} customers<br>%{customdata[2]} of money", hovertemplate: "<b>%{label}</b><br>%{value:,} customers (%{customdata[0]})<br>%{customdata[1]}, %{customdata[2]} of money<br>%{customdata[3]} per customer<br>%{customdata[4]} days since, %{customdata[5]} orders<extra></extra>",
        marker: { pad: { t: 0, l: 0, r: 0, b: 0 }, colors: logs, colorscale: sequential(), line: { width: 2, color: css("--card") }, cornerradius: 4 }, root: { color: "rgba(0,0,0,0)" }, tiling: { pad: 2 }, textfont: { size: 12.5, color: inks }, pathbar: { visible: false },
      }],
      layout: layout({ margin: { t: 4, l: 0, r: 0, b: 0 }, uniformtext: { minsize: 12, mode: "hide" } }),
    };
  },
});

card({
  id: "rfm-grid", name: "The RFM grid", page: "who", w: "w5", height: 400, needs: ["rfm_grid"],
  title(view, data) {
    const best = data.rfm_grid.reduce((first, row) => (row.customers > first.customers ? row : first));
    return `The fullest cell is R ${best.recency_score}, F ${best.frequency_score}: ${number(best.customers)} ${nice(best.segment).toLowerCase()}`;
  },
  definition: "Customers by scores of recency and frequency; the highest score is the best.",
  table: (view, data) => rowsTable(data.rfm_grid, ["recency_score", "frequency_score", "segment", "customers", "monetary_value", "mean_monetary_score"]),
  plot(view, data) {
    const scores = Array.from({ length: Math.max(...data.rfm_grid.map((row) => Math.max(row.recency_score, row.frequency_score))) }, (_, index) => index + 1);
    const cells = new Map(data.rfm_grid.map((row) => [`${row.recency_score} ${row.frequency_score}`, row]));
    const grid = scores.map((recency) => scores.map((frequency) => cells.get(`${recency} ${frequency}`)));
    return {
      data: [heatmap(scores.map(String), scores.map(String), grid.map((row) => row.map((found) => (found ? found.customers : null))), {
        text: grid.map((row) => row.map((found) => (found ? `${number(found.customers)}` : ""))), textfont: { size: 12 },
        customdata: grid.map((row) => row.map((found) => (found ? [plain(nice(found.segment)), plain(moneyShort(found.monetary_value)), number1(found.mean_monetary_score)] : ["", "", ""]))),
        hovertemplate: "<b>%{customdata[0]}</b><br>R %{y}, F %{x}: %{z:,} customers<br>%{customdata[1]}, mean M %{customdata[2]}<extra></extra>", showscale: false,
      })],
      layout: layout({ margin: { t: 6 }, xaxis: { type: "category", title: "Frequency score: how often", showgrid: false }, yaxis: { type: "category", title: "Recency score: how recently", showgrid: false } }),
    };
  },
});

card({
  id: "shares", name: "Customers and money by segment", page: "who", w: "w6", height: 380, needs: ["profiles"],
  controls: [{ key: "segmentation", label: "Segments", options: (view, data) => unique(data.profiles, "segmentation").sort((first) => (first === "rfm" ? -1 : 1)).map((name) => [name, nice(name)]) }],
  title(view, data) {
    const rows = where(data.profiles, { segmentation: data.control.segmentation });
    const gap = rows.reduce((best, row) => (row.monetary_share - row.customer_share > best.monetary_share - best.customer_share ? row : best));
    return `${nice(gap.segment)} bring ${number1(gap.monetary_share / gap.customer_share)} times their share of customers`;
  },
  definition: "Share of customers beside share of their money, by segment.",
  table: (view, data) => rowsTable(where(data.profiles, { segmentation: data.control.segmentation }), ["segmentation", "segment", "customers", "customer_share", "monetary_value", "monetary_share", "mean_recency_days", "mean_order_count", "mean_order_value"]),
  plot(view, data) {
    const rows = where(data.profiles, { segmentation: data.control.segmentation }).slice().reverse();
    const y = rows.map((row) => plain(nice(row.segment)));
    const colours = palette();
    const bar = (name, key, colour) => ({ type: "bar", orientation: "h", name, y, x: rows.map((row) => row[key]), marker: { color: colour }, hovertemplate: "%{x:.1%}" });
    return { data: [bar("Share of money", "monetary_share", colours[0]), bar("Share of customers", "customer_share", colours[1])], layout: layout({ hovermode: "y unified", barmode: "group", bargap: 0.3, legend: { traceorder: "reversed" }, xaxis: { ...SHARE_AXIS }, yaxis: { type: "category", showgrid: false, tickfont: { size: 11, color: css("--ink") } } }) };
  },
});

card({
  id: "boxes", name: "Recency, frequency and money by segment", page: "who", w: "w6", height: 380, needs: ["boxes"],
  controls: [{ key: "measure", label: "Measure", options: () => [["recency_days", "Recency (days)"], ["order_count", "Frequency (orders)"], ["monetary_value", "Monetary value"]] }],
  title: (view, data) => `How ${{ recency_days: "recently", order_count: "often", monetary_value: "much" }[data.control.measure]} the customers of each segment bought`,
  definition: "Box: the middle half and the median. Whiskers: from the 5th to the 95th percentile. Diamond: the mean.",
  table: (view, data) => rowsTable(where(data.boxes, { measure: data.control.measure }), ["segment", "customers", "p5", "p25", "p50", "p75", "p95", "mean"]),
  plot(view, data) {
    const order = where(data.profiles || [], { segmentation: "rfm" }).map((row) => row.segment);
    const rows = where(data.boxes, { measure: data.control.measure }).sort((first, second) => order.indexOf(second.segment) - order.indexOf(first.segment));
    const isMoney = data.control.measure === "monetary_value";
    return {
      data: [...rows.map((row, index) => ({
        type: "box", orientation: "h", name: plain(nice(row.segment)), y: [plain(nice(row.segment))], q1: [row.p25], median: [row.p50], q3: [row.p75], lowerfence: [row.p5], upperfence: [row.p95],
        line: { color: segmentColour(row.segment, index), width: 1.6 }, fillcolor: faded(segmentColour(row.segment, index), 0.35), hoverinfo: "x",
      })), { type: "scatter", mode: "markers", y: rows.map((row) => plain(nice(row.segment))), x: rows.map((row) => row.mean), marker: { symbol: "diamond", size: 6, color: css("--ink") }, hovertemplate: "%{y}: mean %{x:,.1f}<extra></extra>" }],
      layout: layout({ showlegend: false, margin: { t: 6 }, xaxis: { ...(isMoney ? MONEY_AXIS : {}), type: data.control.measure === "recency_days" ? "linear" : "log", ...(data.control.measure === "recency_days" ? {} : { dtick: "D1" }) }, yaxis: { type: "category", showgrid: false, tickfont: { size: 11, color: css("--ink") } } }),
    };
  },
});

section("who", "How segments change", "Customers move between segments from one snapshot to the next.");

const SEGMENTATION = { key: "segmentation", label: "Segments", options: (view, data) => unique(data.migrations || data.segment_months, "segmentation").sort((first) => (first === "rfm" ? -1 : 1)).map((name) => [name, nice(name)]) };
card({
  id: "sankey", name: "Migrations between segments", page: "who", w: "w7", height: 460, needs: ["migrations"],
  controls: [SEGMENTATION,
    { key: "months", label: "Over", options: (view, data) => unique(data.migrations, "migration_months").sort((first, second) => second - first).map((count) => [String(count), count === 1 ? "one month" : `${count} months`]) },
    { key: "end", label: "Until", options: (view, data) => unique(data.migrations, "end_date").sort().reverse().map((date) => [date, date]) },
  ],
  found(data) {
    const wanted = where(data.migrations, { segmentation: data.control.segmentation, migration_months: Number(data.control.months) });
    const ends = unique(wanted, "end_date").sort();
    const end = ends.includes(data.control.end) ? data.control.end : ends.filter((date) => date <= data.control.end).pop() || ends[ends.length - 1];
    return wanted.filter((row) => row.end_date === end);
  },
  title(view, data) {
    const rows = this.found(data).filter((row) => row.start_segment !== "not_yet_a_customer");
    const stayed = sum(rows.filter((row) => row.start_segment === row.end_segment), "customers");
    return rows.length ? `${percent0(stayed / sum(rows, "customers"))} of customers are in the segment they were in on ${rows[0].start_date}` : "Segments at the beginning and at the end";
  },
  definition: "Left: segment at the beginning. Right: at the end. Who became a customer between them comes from “not yet a customer”.",
  table(view, data) { return rowsTable(this.found(data), ["start_date", "end_date", "start_segment", "end_segment", "customers"]); },
  plot(view, data) {
    const rows = this.found(data);
    const size = (key, name) => sum(rows.filter((row) => row[key] === name), "customers");
    const starts = unique(rows, "start_segment").sort((first, second) => size("start_segment", second) - size("start_segment", first));
    const ends = unique(rows, "end_segment").sort((first, second) => size("end_segment", second) - size("end_segment", first));
    return {
      data: [{
        type: "sankey", arrangement: "snap", textfont: { size: 11.5, color: css("--ink"), shadow: "none" },
        node: { label: [...starts, ...ends].map((name) => plain(nice(name))), color: [...starts, ...ends].map(segmentColour), pad: 12, thickness: 12, line: { width: 0 }, hovertemplate: "%{label}: %{value:,} customers<extra></extra>" },
        link: { source: rows.map((row) => starts.indexOf(row.start_segment)), target: rows.map((row) => starts.length + ends.indexOf(row.end_segment)), value: rows.map((row) => row.customers), color: rows.map((row) => faded(segmentColour(row.start_segment), row.start_segment === row.end_segment ? 0.16 : 0.36)), hovertemplate: "%{source.label} → %{target.label}: %{value:,} customers<extra></extra>" },
      }],
      layout: layout({ margin: { t: 6, l: 4, r: 4, b: 10 } }),
    };
  },
});

card({
  id: "segment-months", name: "Segments over time", page: "who", w: "w5", height: 460, filters: ["period"], needs: ["segment_months"], controls: [SEGMENTATION],
  found: (view, data) => where(data.segment_months, { segmentation: data.control.segmentation }).filter(inPeriod(view)),
  title(view, data) {
    const rows = this.found(view, data);
    const months = unique(rows, "month_start_date");
    if (months.length < 2) return "Customers by segment at the end of each month";
    const at = (segment, month) => sum(where(rows, { segment, month_start_date: month }), "closing_customers");
    const grown = unique(rows, "segment").map((segment) => [segment, at(segment, months[months.length - 1]) - at(segment, months[0])]).sort((first, second) => second[1] - first[1]);
    return `${nice(grown[0][0])} grew most: ${grown[0][1] > 0 ? "+" : ""}${number(grown[0][1])} customers`;
  },
  definition: "Customers of each segment at the end of the month.",
  table(view, data) { return rowsTable(this.found(view, data), ["month_start_date", "segment", "closing_customers"]); },
  plot(view, data) {
    const rows = this.found(view, data);
    return {
      data: unique(rows, "segment").map((segment, index) => {
        const found = where(rows, { segment });
        return { ...line(nice(segment), found.map((row) => row.month_start_date), found.map((row) => row.closing_customers), segmentColour(segment, index), { line: { width: 0.6 }, stackgroup: "one", fillcolor: faded(segmentColour(segment, index), 0.75) }), hovertemplate: "%{y:,}" };
      }),
      layout: monthLayout({ yaxis: { tickformat: "~s" }, margin: { t: 8, b: 96 }, legend: { y: -0.12, yanchor: "top", font: { size: 10.5, color: css("--muted") } } }),
    };
  },
});

card({
  id: "tiers", name: "Value tiers", page: "who", w: "w12", height: 190, needs: ["tiers"],
  title(view, data) { const [best] = data.tiers; return `Tier ${best.value_tier}: ${percent0(best.customers / sum(data.tiers, "customers"))} of customers, ${percent0(best.monetary_value / sum(data.tiers, "monetary_value"))} of the money`; },
  definition: "Value tiers: A are the customers with the most money, C those with the least.",
  table: (view, data) => rowsTable(data.tiers, ["value_tier", "customers", "monetary_value"]),
  plot(view, data) {
    const colours = palette();
    const tierColours = [colours[0], colours[1], colours[7], colours[3]];
    return {
      data: data.tiers.map((row, index) => ({
        type: "bar", orientation: "h", name: `Tier ${plain(row.value_tier)}`, y: ["Customers", "Money"], x: [row.customers / sum(data.tiers, "customers"), row.monetary_value / sum(data.tiers, "monetary_value")],
        marker: { color: tierColours[index % 4] }, insidetextfont: { color: onColour(tierColours[index % 4]) }, text: [number(row.customers), plain(moneyShort(row.monetary_value))], textposition: "inside", textangle: 0, insidetextanchor: "middle", hovertemplate: "%{x:.1%} (%{text})",
      })),
      layout: layout({ barmode: "stack", bargap: 0.3, legend: { traceorder: "normal" }, uniformtext: { minsize: 9, mode: "hide" }, xaxis: WHOLE_AXIS, yaxis: { autorange: "reversed", showgrid: false, tickfont: { size: 12, color: css("--ink") } } }),
    };
  },
});

card({
  id: "top-customers", page: "who", w: "w12", needs: ["top_customers"], when: () => ABOUT.top_customers > 0,
  title: (view, data) => `The ${data.top_customers.length} customers with the most money`,
  definition: "By name, since report_top_customers allows it: keep this file where personal data may be.",
  table: (view, data) => rowsTable(data.top_customers, ["customer_id", "segment", "value_tier", "order_count", "recency_days", "monetary_value"]),
  body: (view, data) => makeTable([{ name: "customer_id", label: "Customer" }, { name: "segment", label: "Segment", format: nice }, { name: "value_tier", label: "Tier" }, { name: "order_count", label: "Orders", number: true, format: number }, { name: "recency_days", label: "Days since", number: true, format: number }, { name: "monetary_value", label: "Money", number: true, format: money }], data.top_customers),
});

section("who", "What is known of customers", "All that the marts say of each customer, added up by RFM segment; dim_customer_360 has it customer by customer.");

// Shares of the customers of each segment, beside each other up to all of them.
function shareBars(rows, parts) {
  const y = rows.map((row) => plain(nice(row.segment))).reverse();
  return {
    data: parts.map(([name, label, colour]) => ({ type: "bar", orientation: "h", name: label, y, x: rows.map((row) => row[name] / row.customers).reverse(), customdata: rows.map((row) => row[name]).reverse(), marker: { color: colour }, hovertemplate: "%{x:.0%}, %{customdata:,} customers" })),
    layout: layout({ barmode: "stack", hovermode: "y unified", xaxis: WHOLE_AXIS, yaxis: { type: "category", showgrid: false, tickfont: { size: 11, color: css("--ink") } } }),
  };
}

card({
  id: "past-ahead", name: "Value so far and to come", page: "who", w: "w7", height: 400, needs: ["known"],
  rows: (data) => data.known.filter((row) => row.predicted_customers).map((row) => ({ ...row, past: row.net_revenue / row.predicted_customers, ahead: row.clv_12m / row.predicted_customers })).filter((row) => row.past > 0 && row.ahead > 0),
  title(view, data) {
    const rows = this.rows(data);
    if (!rows.length) return "Nothing is expected of customers yet";
    const best = rows.reduce((first, row) => (row.ahead > first.ahead ? row : first));
    return `${nice(best.segment)} are worth most: ${money(best.past)} a head so far, ${money(best.ahead)} in the next 12 months`;
  },
  definition: "Mean net revenue so far and expected discounted revenue of the next 12 months, per customer. On scales of ratios; area: customers. Line: as much to come as has been.",
  table(view, data) { return rowsTable(this.rows(data), ["segment", "predicted_customers", "net_revenue", "clv_12m", "past", "ahead"]); },
  plot(view, data) {
    const rows = this.rows(data);
    const most = Math.max(1, ...rows.map((row) => row.predicted_customers));
    const ends = [Math.min, Math.max].map((end) => end(...rows.flatMap((row) => [row.past, row.ahead])));
    return {
      data: [
        { type: "scatter", mode: "lines", x: ends, y: ends, line: { color: css("--faint"), width: 1.2, dash: "dot" }, hoverinfo: "skip" },
        { type: "scatter", mode: "markers+text", x: rows.map((row) => row.past), y: rows.map((row) => row.ahead), text: rows.map((row, index) => (isNarrow() && index > 4 ? "" : plain(nice(row.segment)))), textposition: "top center", cliponaxis: false, textfont: { size: 10.5, color: css("--muted") }, marker: { size: rows.map((row) => 8 + 34 * Math.sqrt(row.predicted_customers / most)), color: rows.map((row, index) => segmentColour(row.segment, index)), opacity: 0.85, line: { width: 1, color: css("--card") } }, customdata: rows.map((row) => [plain(nice(row.segment)), row.predicted_customers]), hovertemplate: "<b>%{customdata[0]}</b><br>%{customdata[1]:,} customers<br>%{x:$,.2f} so far<br>%{y:$,.2f} in 12 months<extra></extra>" },
      ],
      layout: layout({ showlegend: false, margin: { t: 18, r: 40 }, xaxis: { ...MONEY_AXIS, type: "log", tickvals: RATIO_TICKS, title: "Net revenue so far, per customer" }, yaxis: { ...MONEY_AXIS, type: "log", tickvals: RATIO_TICKS, title: "Expected in 12 months" } }),
    };
  },
});

card({
  id: "risk", name: "Customers at risk", page: "who", w: "w5", height: 400, needs: ["known"],
  rows: (data) => data.known.filter((row) => row.segment !== "no_segment"),
  title(view, data) {
    const rows = this.rows(data);
    const judged = sum(rows, "customers") - sum(rows, "unknown_risk_customers");
    return judged ? `${percent0(sum(rows, "high_risk_customers") / judged)} of customers are at high risk, ${percent0(sum(rows, "lapsed_customers") / sum(rows, "customers"))} have lapsed` : "Whom the shop may lose";
  },
  definition: "Customers of each segment by risk band: how little they can be expected to order within 26 weeks, by the seed risk_bands.",
  table(view, data) { return rowsTable(this.rows(data), ["segment", "customers", "low_risk_customers", "medium_risk_customers", "high_risk_customers", "unknown_risk_customers", "lapsed_customers"]); },
  plot(view, data) {
    const colours = palette();
    return shareBars(this.rows(data), [["low_risk_customers", "Low", colours[0]], ["medium_risk_customers", "Medium", colours[3]], ["high_risk_customers", "High", colours[4]], ["unknown_risk_customers", "Not known", colours[7]]]);
  },
});

card({
  id: "consent", name: "Who has agreed to be contacted", page: "who", w: "w12", height: 330, needs: ["known"],
  isEmpty: () => panelRows("known").every((row) => row.unasked_customers === row.customers),
  emptyText: "Nobody’s consent is known: this input has no customers with a marketing consent. Whoever is contacted must have agreed.",
  title(view, data) {
    const share = (name) => percent0(sum(data.known, name) / sum(data.known, "customers"));
    return `${share("consenting_customers")} of customers have agreed to be contacted, ${share("refusing_customers")} have not`;
  },
  definition: "Marketing consent by RFM segment, registered customers without an order too.",
  table: (view, data) => rowsTable(data.known, ["segment", "customers", "consenting_customers", "refusing_customers", "unasked_customers"]),
  plot(view, data) {
    const colours = palette();
    return shareBars(data.known, [["consenting_customers", "Agreed", colours[0]], ["refusing_customers", "Refused", colours[4]], ["unasked_customers", "Not known", colours[7]]]);
  },
});

section("who", "Clusters by behaviour", "Groups that the data form by themselves, by k-means and by a tree.");

const CLUSTER_AXES = {
  pca: [["pca_1", "Component 1"], ["pca_2", "Component 2"], ["pca_3", "Component 3"]],
  rfm: [["log_recency", "Recency (log)"], ["log_orders", "Orders (log)"], ["log_money", "Money (log)"]],
};
const AXES = { key: "axes", label: "Axes", options: () => [["pca", "Principal components"], ["rfm", "R, F, M (logs)"]] };
card({
  id: "cluster-map", name: "Clusters", page: "who", w: "w6", height: 400, needs: ["points"], controls: [AXES],
  title(view, data) { return `${unique(data.points, "cluster_name").length} clusters by what customers do`; },
  definition(view, data) {
    const shares = unique(data.components || [], "component").map((component) => where(data.components, { component })[0].explained_variance_ratio);
    return `A sample of ${number(data.points.length)} anonymous customers. ${shares.length ? `The components hold ${shares.map(percent0).join(", ")} of the variance.` : ""}`;
  },
  table: (view, data) => rowsTable(data.points, ["cluster_name", "pca_1", "pca_2", "pca_3", "log_recency", "log_orders", "log_money"]),
  plot(view, data) {
    const axes = CLUSTER_AXES[data.control.axes];
    return {
      data: clusterNames(data).map((name, index) => { const rows = where(data.points, { cluster_name: name }); return { type: "scatter", mode: "markers", name: plain(nice(name)), x: rows.map((row) => row[axes[0][0]]), y: rows.map((row) => row[axes[data.control.axes === "pca" ? 1 : 2][0]]), marker: { size: 6, opacity: 0.65, color: palette()[[0, 4, 2, 3, 5, 8, 1, 9, 6, 7][index % 10]] }, hovertemplate: "%{x:.2f}, %{y:.2f}" }; }),
      layout: layout({ xaxis: { title: axes[0][1] }, yaxis: { title: axes[data.control.axes === "pca" ? 1 : 2][1] } }),
    };
  },
});
function clusterNames(data) {
  const order = where(data.cluster_profiles || [], { clustering: "k_means" }).map((row) => row.cluster_name);
  return unique(data.points, "cluster_name").sort((first, second) => order.indexOf(first) - order.indexOf(second));
}

card({
  id: "cluster-space", page: "who", w: "w6", height: 400, needs: ["points"], controls: [AXES, { key: "turn", label: "Turn", options: () => [["no", "by hand"], ["yes", "by itself"]] }], webgl: true,
  title: "The same clusters in three dimensions: drag to turn",
  definition: "The same anonymous sample; the third direction tells apart what lies on one spot in two.",
  table: (view, data) => rowsTable(data.points, ["cluster_name", "pca_1", "pca_2", "pca_3"]),
  plot(view, data) {
    const axes = CLUSTER_AXES[data.control.axes];
    const space = (title) => ({ title: { text: title, font: { size: 11 } }, gridcolor: css("--line"), zerolinecolor: css("--line"), color: css("--muted"), backgroundcolor: "rgba(0,0,0,0)", tickfont: { size: 9 } });
    return {
      data: clusterNames(data).map((name, index) => { const rows = where(data.points, { cluster_name: name }); return { type: "scatter3d", mode: "markers", name: plain(nice(name)), x: rows.map((row) => row[axes[0][0]]), y: rows.map((row) => row[axes[1][0]]), z: rows.map((row) => row[axes[2][0]]), marker: { size: 3, opacity: 0.8, color: palette()[[0, 4, 2, 3, 5, 8, 1, 9, 6, 7][index % 10]] }, hoverinfo: "name" }; }),
      layout: layout({ margin: { l: 0, r: 0, t: 24, b: 0 }, legend: { itemsizing: "constant" }, scene: { xaxis: space(axes[0][1]), yaxis: space(axes[1][1]), zaxis: space(axes[2][1]), camera: { eye: { x: 1.45, y: 1.45, z: 0.6 }, center: { x: 0, y: 0, z: -0.12 } }, aspectmode: "cube" } }),
      turn: data.control.turn === "yes",
    };
  },
});

const PROFILE_MEASURES = [["mean_recency_days", "Recency (days)"], ["mean_order_count", "Orders"], ["mean_first_order_age_days", "Age (days)"], ["mean_monetary_value", "Money"]];
const CLUSTERING = { key: "clustering", label: "Clusters", options: (view, data) => unique(data.cluster_profiles, "clustering").sort().reverse().map((name) => [name, nice(name)]) };
card({
  id: "snake", name: "Profiles of clusters", page: "who", w: "w6", height: 340, needs: ["cluster_profiles"], controls: [CLUSTERING],
  rows: (data) => where(data.cluster_profiles, { clustering: data.control.clustering }),
  title(view, data) { const best = this.rows(data).reduce((first, row) => (row.mean_monetary_value > first.mean_monetary_value ? row : first)); return `${nice(best.cluster_name)}: ${percent0(best.customer_share)} of customers, ${percent0(best.monetary_share)} of the money`; },
  definition: "Mean of each cluster ÷ mean of the shop, on a scale of ratios: 1 is like everybody.",
  table(view, data) { return rowsTable(this.rows(data), ["clustering", "cluster", "cluster_name", "customers", "customer_share", "mean_recency_days", "median_recency_days", "mean_order_count", "median_order_count", "mean_monetary_value", "median_monetary_value", "monetary_share"]); },
  plot(view, data) {
    const rows = this.rows(data);
    const customers = sum(rows, "customers");
    const shop = PROFILE_MEASURES.map(([key]) => rows.reduce((total, row) => total + row[key] * row.customers, 0) / customers);
    const colours = [0, 4, 2, 3, 5, 8, 1, 9, 6, 7].map((index) => palette()[index]);
    return {
      data: rows.map((row, index) => ({ type: "scatter", mode: "lines+markers", name: `${plain(nice(row.cluster_name))} (${number(row.customers)})`, x: PROFILE_MEASURES.map(([, name]) => name), y: PROFILE_MEASURES.map(([key], position) => row[key] / shop[position]), customdata: PROFILE_MEASURES.map(([key]) => row[key]), line: { color: colours[index % 10], width: 2.2 }, marker: { size: 8 }, hovertemplate: "%{customdata:,.1f} (%{y:.2f} × the shop)" })),
      layout: layout({ hovermode: "x unified", xaxis: { type: "category", showgrid: false, tickfont: { size: 11.5, color: css("--ink") } }, yaxis: { type: "log", title: "× mean of the shop", tickvals: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20], zeroline: false }, shapes: [{ type: "line", xref: "paper", x0: 0, x1: 1, y0: 1, y1: 1, line: { color: css("--faint"), width: 1, dash: "dot" } }] }),
    };
  },
});

card({
  id: "elbow", name: "How many clusters", page: "who", w: "w6", height: 340, needs: ["cluster_models"],
  title(view, data) { const chosen = data.cluster_models.find((row) => row.is_chosen); return chosen ? `${chosen.cluster_count} clusters were chosen` : "How many clusters?"; },
  definition: (view, data) => (data.cluster_models.find((row) => row.is_chosen) || {}).why || "Elbow, silhouette and stability by number of clusters.",
  table: (view, data) => rowsTable(data.cluster_models, ["cluster_count", "is_chosen", "inertia", "silhouette", "calinski_harabasz", "davies_bouldin", "stability_ari", "why"]),
  plot(view, data) {
    const rows = data.cluster_models;
    const x = rows.map((row) => row.cluster_count);
    const colours = palette();
    const points = (name, key, colour, extra) => ({ ...line(name, x, rows.map((row) => row[key]), colour), mode: "lines+markers", marker: { size: rows.map((row) => (row.is_chosen ? 11 : 6)) }, ...extra });
    return {
      data: [
        points("Silhouette", "silhouette", colours[0], { hovertemplate: "%{y:.3f}" }), points("Stability (ARI)", "stability_ari", colours[2], { hovertemplate: "%{y:.3f}" }),
        points("Inertia (elbow)", "inertia", colours[3], { yaxis: "y2", hovertemplate: "%{y:,.0f}" }),
      ],
      layout: layout({ hovermode: "x unified", margin: { r: 48 }, xaxis: { title: "Number of clusters", dtick: 1, showgrid: false }, yaxis: { rangemode: "tozero" }, yaxis2: axis({ overlaying: "y", side: "right", showgrid: false, rangemode: "tozero", tickformat: "~s" }) }),
    };
  },
});

card({
  id: "dendrogram", name: "The tree of customers", page: "who", w: "w7", height: 380, needs: ["tree_links"],
  title(view, data) { const chosen = (data.tree_models || []).find((row) => row.is_chosen); return chosen ? `The tree is cut into ${chosen.cluster_count} clusters` : "The tree of customers"; },
  definition: "The top of the tree of all customers: two branches meet at the height of their difference. Coloured: within one cluster.",
  table: (view, data) => rowsTable(data.tree_links, ["link_number", "cluster", "customers", "left_position", "right_position", "left_height", "right_height", "merge_height"]),
  plot(view, data) {
    const colours = [0, 4, 2, 3, 5, 8, 1, 9].map((index) => palette()[index]);
    const clusters = unique(data.tree_links, "cluster");
    const names = new Map(where(data.cluster_profiles || [], { clustering: "hierarchical" }).map((row) => [row.cluster, row.cluster_name]));
    return {
      data: clusters.map((cluster) => {
        const x = [];
        const y = [];
        const text = [];
        where(data.tree_links, { cluster }).forEach((row) => {
          x.push(row.left_position, row.left_position, row.right_position, row.right_position, null);
          y.push(row.left_height, row.merge_height, row.merge_height, row.right_height, null);
          text.push(...Array(5).fill(`${number(row.customers)} customers at ${number1(row.merge_height)}`));
        });
        return { type: "scatter", mode: "lines", name: cluster === null ? "Between clusters" : plain(nice(names.get(cluster) || `Cluster ${cluster}`)), x, y, text, hovertemplate: "%{text}<extra></extra>", line: { color: cluster === null ? css("--faint") : colours[(cluster - 1) % 8], width: 1.8, shape: "linear" } };
      }),
      layout: layout({ xaxis: { showticklabels: false, showgrid: false, title: "Branches of similar customers" }, yaxis: { title: "Difference", rangemode: "tozero" } }),
    };
  },
});

card({
  id: "cluster-segments", page: "who", w: "w5", height: 380, needs: ["cluster_segments"], controls: [{ key: "clustering", label: "Clusters", options: (view, data) => unique(data.cluster_segments, "clustering").sort().reverse().map((name) => [name, nice(name)]) }],
  title: "Which segments the clusters are made of",
  definition: "Share of the cluster’s customers in each RFM segment.",
  table: (view, data) => rowsTable(data.cluster_segments, ["clustering", "cluster_name", "segment", "customers", "cluster_share", "lift"]),
  plot(view, data) {
    const rows = where(data.cluster_segments, { clustering: data.control.clustering });
    const clusters = unique(rows, "cluster_name");
    const order = where(data.profiles || [], { segmentation: "rfm" }).map((row) => row.segment);
    const segments = unique(rows, "segment").sort((first, second) => order.indexOf(first) - order.indexOf(second));
    const grid = segments.map((segment) => clusters.map((cluster) => { const [found] = where(rows, { cluster_name: cluster, segment }); return found ? found.cluster_share : null; }));
    return {
      data: [heatmap(clusters.map((name) => plain(nice(name))), segments.map((name) => plain(nice(name))), grid, { text: grid.map((row) => row.map((value) => (value === null || value < 0.005 ? "" : percent0(value)))), textfont: { size: 11 }, hovertemplate: "%{x}, %{y}: %{z:.1%}<extra></extra>", showscale: false })],
      layout: layout({ margin: { t: 8 }, xaxis: { showgrid: false, tickfont: { size: 11.5, color: css("--ink") } }, yaxis: { autorange: "reversed", showgrid: false } }),
    };
  },
});

card({
  id: "attribute-clusters", page: "who", w: "w12", height: 380, needs: ["attribute_clusters"],
  rows: (data) => {
    const name = (row) => (row.level === null ? nice(row.variable) : `${nice(row.variable)}: ${nice(row.level)}`);
    const strength = new Map();
    data.attribute_clusters.forEach((row) => strength.set(name(row), Math.max(strength.get(name(row)) || 0, Math.abs(row.standardised_difference))));
    const kept = [...strength].sort((first, second) => second[1] - first[1]).slice(0, 18).map(([label]) => label);
    return data.attribute_clusters.map((row) => ({ ...row, name: name(row) })).filter((row) => kept.includes(row.name));
  },
  title: "Clusters by behaviour and attributes, by what sets them apart",
  definition: "Difference from the shop in standard deviations: blue above, orange below. The 18 traits that differ most.",
  table: (view, data) => rowsTable(data.attribute_clusters, ["cluster", "cluster_customers", "variable", "level", "cluster_value", "shop_value", "standardised_difference"]),
  plot(view, data) {
    const rows = this.rows(data);
    const clusters = unique(rows, "cluster").sort((first, second) => first - second);
    const names = unique(rows, "name");
    const grid = clusters.map((cluster) => names.map((name) => { const [found] = where(rows, { cluster, name }); return found ? found.standardised_difference : null; }));
    const size = (cluster) => where(rows, { cluster })[0].cluster_customers;
    return {
      data: [heatmap(names.map((name) => plain(cut(name, 26))), clusters.map((cluster) => `Cluster ${cluster} · ${number(size(cluster))}`), grid, { colorscale: diverging(), zmid: 0, text: grid.map((row) => row.map((value) => (value === null || Math.abs(value) < 0.05 ? "" : number1(value)))), textfont: { size: 10.5 }, hovertemplate: "%{y}, %{x}: %{z:.2f}<extra></extra>" })],
      layout: layout({ margin: { t: 8 }, xaxis: { showgrid: false, tickangle: -35 }, yaxis: { autorange: "reversed", showgrid: false } }),
    };
  },
});

// ======================================================================= what next
card({
  id: "forecast", page: "next", w: "w12", needs: ["forecast"], bare: true,
  table: (view, data) => rowsTable(data.forecast, ["measure", "forecast_total", "lower_total", "upper_total", "challenger", "cutoffs", "mean_absolute_bias"]),
  body(view, data) {
    const order = ["money", "orders"];
    const tiles = data.forecast.slice().sort((first, second) => order.indexOf(first.measure) - order.indexOf(second.measure)).map((row) => {
      const format = row.measure === "money" ? moneyShort : number;
      const bounds = row.lower_total === null ? "no bounds" : `between ${format(row.lower_total)} and ${format(row.upper_total)}`;
      const source = `Bounds: errors of ${nice(row.challenger)} at ${row.cutoffs} earlier cut-offs.`;
      if (row.measure === "orders") return metricTile("expected_orders", METRICS.expected_orders.value, number, bounds, { more: ` ${source}` });
      return make("div", { class: "tile" }, make("div", { class: "name" }, "Revenue of today’s customers, next 26 weeks"), make("div", { class: "figure" }, format(row.forecast_total)), make("div", { class: "change" }, bounds), make("p", {}, source));
    });
    const tiers = data.value_tiers || [];
    if (tiers.length) {
      tiles.push(metricTile("customer_lifetime_value", METRICS.customer_lifetime_value.value, moneyShort, `${money2(METRICS.mean_customer_lifetime_value.value)} a customer, ${percent0(tiers[0].clv_12m / sum(tiers, "clv_12m"))} of it from quartile ${tiers[0].value_quartile}`));
      const customers = sum(tiers, "customers");
      tiles.push(make("div", { class: "tile" }, make("div", { class: "name" }, "Customers expected to be alive"), make("div", { class: "figure" }, number(tiers.reduce((total, row) => total + row.mean_probability_alive * row.customers, 0))), make("div", { class: "change" }, `of ${number(customers)} who ever ordered`), make("p", {}, "Sum of the probabilities of being alive.")));
    }
    return make("div", { class: "tiles" }, tiles);
  },
});

card({
  id: "limits", page: "next", w: "w12", needs: ["standings"],
  title: "How far to trust the predictions",
  definition: "What the backtest saw: the models forecast past periods that they were not shown.",
  table: (view, data) => rowsTable(data.standings, ["measure", "challenger", "is_champion", "is_calibrated", "mean_absolute_bias", "lowest_bias", "highest_bias", "normalised_gini"]),
  body(view, data) {
    const items = [];
    const say = (text, fine = false) => items.push(make("li", { class: fine ? "fine" : "" }, text));
    where(data.standings, { is_champion: true }).forEach((row) => {
      const what = row.measure === "money" ? "Revenue" : "Orders";
      say(`${what}: the totals of ${nice(row.challenger)}, the champion, were off by ${percent0(row.mean_absolute_bias)} on average at ${row.cutoffs} cut-offs, from ${signedPercent(row.lowest_bias)} to ${signedPercent(row.highest_bias)}. ${row.is_calibrated ? "That is within the band that is called calibrated." : "No challenger came within the band that is called calibrated: trust the order of customers more than the totals."}`, row.is_calibrated === true);
    });
    (data.forecast || []).filter((row) => row.lower_total !== null && (row.forecast_total < row.lower_total || row.forecast_total > row.upper_total)).forEach((row) => say(`The forecast of ${row.measure === "money" ? "revenue" : "orders"} by ${nice(row.challenger)} lies ${row.forecast_total > row.upper_total ? "above" : "below"} its own bounds: at every earlier cut-off it was too ${row.forecast_total > row.upper_total ? "high" : "low"}, and the bounds put that right. Read the bounds, not the figure.`));
    (data.value_model || []).slice(0, 2).forEach((row) => { if (row.status !== "ok" && row.status_reason) say(`Lifetime value (${nice(row.status)}): ${row.status_reason}`); });
    where(data.score_models || [], { model: "score", evaluation: "out_of_time" }).forEach((row) => say(`Scores: on a period they were not taught on, predicted spend was ${percent0(row.predicted_to_actual)} of the actual one.${row.status_reason ? ` ${row.status_reason}` : ""}`, Math.abs(row.predicted_to_actual - 1) <= 0.15));
    (data.markov_backtest || []).filter((row) => row.segment === "all").forEach((row) => say(row.predicted_to_actual === null ? `Migrations carried on: not judged. ${row.status_reason || ""}` : `Migrations carried on: a year that had passed was forecast at ${percent0(row.predicted_to_actual)} of its money.`, row.predicted_to_actual !== null && Math.abs(row.predicted_to_actual - 1) <= 0.15));
    return make("ul", { class: "limits" }, items);
  },
});

card({
  id: "value-bins", name: "Customer lifetime value", page: "next", w: "w6", height: 320, needs: ["value_bins"],
  title(view, data) {
    const customers = sum(data.value_bins, "customers");
    let seen = 0;
    const half = data.value_bins.find((row) => { seen += row.customers; return seen >= customers / 2; });
    return half ? `At least half of the customers are worth less than ${money(half.bin_to)} over 12 months` : "Customer lifetime value";
  },
  definition: "Customers by expected discounted revenue of the next 12 months. The last bar holds all above.",
  table: (view, data) => rowsTable(data.value_bins, ["bin_from", "bin_to", "is_open", "customers", "total"]),
  plot(view, data) {
    const rows = data.value_bins;
    return { data: [{ type: "bar", x: rows.map((row) => (row.bin_from + row.bin_to) / 2), y: rows.map((row) => row.customers), width: rows.map((row) => (row.bin_to - row.bin_from) * 0.92), marker: { color: rows.map((row) => (row.is_open ? palette()[3] : palette()[0])) }, customdata: rows.map((row) => [plain(money(row.bin_from)), row.is_open ? "more" : plain(money(row.bin_to)), plain(moneyShort(row.total))]), hovertemplate: "%{customdata[0]} to %{customdata[1]}: %{y:,} customers, %{customdata[2]} together<extra></extra>" }], layout: layout({ showlegend: false, margin: { t: 8 }, xaxis: { ...MONEY_AXIS, showgrid: false, title: "Value over 12 months" }, yaxis: { title: "Customers", tickformat: "~s" } }) };
  },
});

card({
  id: "value-tiers", name: "Value by segment", page: "next", w: "w6", height: 320, needs: ["value_segments"],
  title(view, data) { const [best] = data.value_segments; return `${nice(best.segment)} hold ${percent0(best.clv_12m / sum(data.value_segments, "clv_12m"))} of the value to come`; },
  definition: "Expected discounted revenue of the next 12 months by RFM segment; beside it the mean probability of being alive.",
  table: (view, data) => rowsTable(data.value_segments, ["segment", "customers", "clv_12m", "mean_probability_alive"]),
  plot(view, data) {
    const x = data.value_segments.map((row) => plain(nice(row.segment)));
    const colours = palette();
    return {
      data: [
        { type: "bar", name: "Value, 12 months", x, y: data.value_segments.map((row) => row.clv_12m), marker: { color: colours[0] }, hovertemplate: MONEY_HOVER },
        { type: "scatter", mode: "markers", name: "Mean P(alive)", x, y: data.value_segments.map((row) => row.mean_probability_alive), yaxis: "y2", marker: { size: 9, symbol: "diamond", color: colours[3] }, hovertemplate: "%{y:.0%}" },
      ],
      layout: layout({ hovermode: "x unified", margin: { r: 44 }, xaxis: { type: "category", showgrid: false, tickangle: -30 }, yaxis: MONEY_AXIS, yaxis2: axis({ ...SHARE_AXIS, overlaying: "y", side: "right", showgrid: false, range: [0, 1.05] }) }),
    };
  },
});

card({
  id: "quartiles", name: "Quartiles of value", page: "next", w: "w4", height: 300, needs: ["value_tiers"],
  title(view, data) { const [best] = data.value_tiers; return `Quartile ${best.value_quartile} is worth ${money(best.clv_12m / best.customers)} a head`; },
  definition: "Four groups of as many customers each, by value: expected revenue of 12 months per customer.",
  table: (view, data) => rowsTable(data.value_tiers, ["value_quartile", "customers", "clv_6m", "clv_12m", "mean_probability_alive", "mean_expected_orders_26w"]),
  plot(view, data) {
    const rows = data.value_tiers;
    return { data: [{ type: "bar", x: rows.map((row) => plain(row.value_quartile)), y: rows.map((row) => row.clv_12m / row.customers), marker: { color: [palette()[0], palette()[1], palette()[2], palette()[7]] }, text: rows.map((row) => plain(money(row.clv_12m / row.customers))), textposition: "outside", cliponaxis: false, customdata: rows.map((row) => [row.customers, plain(percent0(row.mean_probability_alive)), plain(number2(row.mean_expected_orders_26w))]), hovertemplate: "%{customdata[0]:,} customers<br>P(alive) %{customdata[1]}<br>%{customdata[2]} orders in 26 weeks<extra></extra>" }], layout: layout({ showlegend: false, margin: { t: 22 }, xaxis: { type: "category", showgrid: false, title: "Quartile of value" }, yaxis: MONEY_AXIS }) };
  },
});

card({
  id: "alive", name: "Who is alive", page: "next", w: "w4", height: 300, needs: ["alive_bins"],
  title(view, data) { const all = sum(data.alive_bins, "customers"); return `${percent0(sum(data.alive_bins.filter((row) => row.bin_from >= 0.5), "customers") / all)} of customers are more likely alive than not`; },
  definition: "Customers by the model’s probability that they have not left for good.",
  table: (view, data) => rowsTable(data.alive_bins, ["bin_from", "customers"]),
  plot: (view, data) => ({ data: [{ type: "bar", x: data.alive_bins.map((row) => row.bin_from + 0.025), y: data.alive_bins.map((row) => row.customers), width: 0.045, marker: { color: data.alive_bins.map((row) => (row.bin_from >= 0.5 ? palette()[0] : palette()[3])) }, hovertemplate: "around %{x:.0%}: %{y:,} customers<extra></extra>" }], layout: layout({ showlegend: false, margin: { t: 8 }, xaxis: { ...WHOLE_AXIS, title: "Probability of being alive", showgrid: false }, yaxis: { tickformat: "~s" } }) }),
});

card({
  id: "tracking", name: "Forecast and actual orders", page: "next", w: "w4", height: 300, needs: ["tracking"],
  controls: [{ key: "cutoff", label: "Cut-off", options: (view, data) => unique(data.tracking, "cutoff_number").map((cutoff) => [String(cutoff), where(data.tracking, { cutoff_number: cutoff })[0].cutoff_date]) }],
  title(view, data) {
    const rows = where(data.tracking, { cutoff_number: Number(data.control.cutoff) });
    const last = rows[rows.length - 1];
    return last && last.actual_orders ? `After ${last.week_number} weeks the forecast is ${percent(Math.abs(last.predicted_orders / last.actual_orders - 1))} ${last.predicted_orders < last.actual_orders ? "below" : "above"} what came` : "Forecast and actual orders";
  },
  definition: "Orders since the cut-off, cumulated: the champion’s forecast and what came.",
  table: (view, data) => rowsTable(data.tracking, ["challenger", "cutoff_date", "week_number", "predicted_orders", "actual_orders"]),
  plot(view, data) {
    const rows = where(data.tracking, { cutoff_number: Number(data.control.cutoff) });
    const x = rows.map((row) => row.week_number);
    return { data: [{ ...line("Actual", x, rows.map((row) => row.actual_orders), css("--ink")), hovertemplate: "%{y:,.0f}" }, { ...line("Forecast", x, rows.map((row) => row.predicted_orders), palette()[0], { line: { dash: "dash" } }), hovertemplate: "%{y:,.0f}" }], layout: layout({ hovermode: "x unified", xaxis: { title: "Weeks", showgrid: false }, yaxis: { rangemode: "tozero", tickformat: "~s" } }) };
  },
});

section("next", "How the models were judged", "Every challenger forecast the same past periods; the best calibrated one, then the best at ranking, makes the predictions.");

card({
  id: "calibration", name: "Predicted and actual", page: "next", w: "w6", height: 350, needs: ["calibration"],
  controls: [
    { key: "measure", label: "Measure", options: (view, data) => unique(data.calibration, "measure").sort().reverse().map((name) => [name, nice(name)]) },
    { key: "kind", label: "Groups", options: (view, data) => unique(data.calibration, "bucket_kind").sort().reverse().map((name) => [name, nice(name)]) },
  ],
  title(view, data) {
    const rows = where(data.calibration, { measure: data.control.measure, bucket_kind: data.control.kind });
    const worst = rows.reduce((best, row) => (Math.abs(row.predicted_mean - row.actual_mean) > Math.abs(best.predicted_mean - best.actual_mean) ? row : best), rows[0]);
    return worst ? `Predicted and actual differ most in group ${worst.bucket}` : "Predicted and actual";
  },
  definition: "Mean per customer over the backtest’s horizon, all cut-offs together, by repeat purchases or by tenth of the prediction (1 = the highest).",
  table: (view, data) => rowsTable(data.calibration, ["measure", "bucket_kind", "bucket", "challenger", "customers", "predicted_mean", "actual_mean", "cutoffs"]),
  plot(view, data) {
    const rows = where(data.calibration, { measure: data.control.measure, bucket_kind: data.control.kind });
    const x = rows.map((row) => plain(row.bucket));
    const isMoney = data.control.measure === "money";
    const form = isMoney ? `%{y:$,.2f}` : "%{y:.2f}";
    return {
      data: [
        { type: "bar", name: "Actual", x, y: rows.map((row) => row.actual_mean), marker: { color: palette()[1] }, hovertemplate: form },
        { ...line("Predicted", x, rows.map((row) => row.predicted_mean), palette()[4]), mode: "lines+markers", marker: { size: 7 }, hovertemplate: form },
      ],
      layout: layout({ hovermode: "x unified", xaxis: { type: "category", showgrid: false, title: nice(data.control.kind) }, yaxis: isMoney ? MONEY_AXIS : {} }),
    };
  },
});

card({
  id: "league", name: "League of the models", page: "next", w: "w6", height: 350, needs: ["standings"],
  controls: [{ key: "measure", label: "Measure", options: (view, data) => unique(data.standings, "measure").map((name) => [name, nice(name)]) }],
  title(view, data) { const best = data.standings.find((row) => row.measure === data.control.measure && row.is_champion); return best ? `${nice(best.challenger)} is the champion` : "No challenger could be judged"; },
  definition: "Bias: how far the total is off, mean of the cut-offs. Gini: how well customers are ranked, 1 is perfect. Grey: baselines.",
  table: (view, data) => rowsTable(data.standings, ["measure", "challenger", "is_champion", "is_baseline", "is_calibrated", "cutoffs", "mean_absolute_bias", "lowest_bias", "highest_bias", "mean_absolute_error", "root_mean_squared_error", "spearman_correlation", "normalised_gini", "top_decile_share"]),
  body: (view, data) => makeTable([
    { name: "challenger", label: "Challenger", format: (value, row) => `${row.is_champion ? "★ " : ""}${nice(value)}` },
    { name: "mean_absolute_bias", label: "Bias", number: true, format: percent0 },
    { name: "lowest_bias", label: "From – to", number: true, format: (value, row) => (value === null ? "–" : `${signedPercent(value)} – ${signedPercent(row.highest_bias)}`) },
    { name: "mean_absolute_error", label: "MAE", number: true, format: number2 }, { name: "normalised_gini", label: "Gini", number: true, format: number3 }, { name: "top_decile_share", label: "Top tenth has", number: true, format: percent0 },
  ], where(data.standings, { measure: data.control.measure }), (row) => (row.is_champion ? "strong" : row.is_baseline ? "dim" : "")),
});

card({
  id: "deciles", name: "Lift by tenth", page: "next", w: "w6", height: 340, needs: ["deciles"],
  controls: [
    { key: "evaluation", label: "Judged", options: (view, data) => unique(data.deciles, "evaluation").sort().reverse().map((name) => [name, name === "out_of_time" ? "on a later period" : nice(name)]) },
    { key: "ranked", label: "Ranked by", options: (view, data) => unique(data.deciles, "ranked_by").sort().reverse().map((name) => [name, nice(name)]) },
  ],
  title(view, data) {
    const best = where(data.deciles, { evaluation: data.control.evaluation, ranked_by: data.control.ranked, decile: 1 })[0];
    return best ? `The best tenth buys ${number1(best.lift)} times as often, and spends ${percent0(best.actual_spend_share)} of all` : "Lift by tenth";
  },
  definition: "Customers in tenths by the prediction, the best first: share that bought ÷ share of all that bought. Line: share of all spend up to here.",
  table: (view, data) => rowsTable(where(data.deciles, { evaluation: data.control.evaluation, ranked_by: data.control.ranked }), ["evaluation", "ranked_by", "decile", "customers", "active_customers", "mean_probability", "active_rate", "lift", "expected_spend", "actual_spend", "actual_spend_share"]),
  plot(view, data) {
    const rows = where(data.deciles, { evaluation: data.control.evaluation, ranked_by: data.control.ranked });
    let gained = 0;
    const x = rows.map((row) => row.decile);
    return {
      data: [
        { type: "bar", name: "Lift", x, y: rows.map((row) => row.lift), marker: { color: rows.map((row) => (row.lift >= 1 ? palette()[0] : palette()[1])) }, hovertemplate: "%{y:.2f} ×" },
        { ...line("Spend, cumulated", x, rows.map((row) => { gained += row.actual_spend_share || 0; return gained; }), palette()[4]), mode: "lines+markers", yaxis: "y2", hovertemplate: "%{y:.0%}" },
      ],
      layout: layout({ hovermode: "x unified", margin: { r: 44 }, xaxis: { title: "Tenth of customers, the best first", dtick: 1, showgrid: false }, yaxis: { title: "Lift" }, yaxis2: axis({ ...SHARE_AXIS, overlaying: "y", side: "right", showgrid: false, range: [0, 1.05] }), shapes: [{ type: "line", xref: "paper", x0: 0, x1: 1, y0: 1, y1: 1, line: { color: css("--faint"), width: 1, dash: "dot" } }] }),
    };
  },
});

card({
  id: "coefficients", name: "Coefficients of the score", page: "next", w: "w6", height: 340, needs: ["coefficients"],
  controls: [{ key: "model", label: "Model", options: (view, data) => unique(data.coefficients, "model").sort().map((name) => [name, nice(name)]) }],
  rows: (data) => where(data.coefficients, { model: data.control.model }).filter((row) => row.term !== "intercept"),
  title(view, data) { const rows = this.rows(data); const best = rows.length ? rows.reduce((first, row) => (Math.abs(row.z_value) > Math.abs(first.z_value) ? row : first)) : null; return best ? `${nice(best.term)} tells most about ${data.control.model}` : "Coefficients"; },
  definition: "Estimate ÷ its standard error. Beyond the dotted lines a term is unlikely to be chance (95%).",
  table: (view, data) => rowsTable(data.coefficients, ["model", "term", "estimate", "standard_error", "z_value", "p_value"]),
  plot(view, data) {
    const rows = this.rows(data).slice().sort((first, second) => Math.abs(first.z_value) - Math.abs(second.z_value));
    const y = rows.map((row) => plain(nice(row.term)));
    return {
      data: [{ type: "scatter", mode: "markers", y, x: rows.map((row) => row.z_value), error_x: { type: "data", array: rows.map(() => 1.96), color: css("--faint"), thickness: 1.6, width: 4 }, marker: { size: 10, color: rows.map((row) => (Math.abs(row.z_value) > 1.96 ? palette()[row.z_value > 0 ? 0 : 4] : css("--c7"))) }, customdata: rows.map((row) => [plain(number3(row.estimate)), plain(number3(row.standard_error)), plain(number3(row.p_value))]), hovertemplate: "<b>%{y}</b><br>estimate %{customdata[0]} ± %{customdata[1]}<br>p = %{customdata[2]}<extra></extra>" }],
      layout: layout({ showlegend: false, margin: { t: 8 }, xaxis: { title: "z value, with its 95% interval", zeroline: true }, yaxis: { type: "category", tickfont: { size: 11.5, color: css("--ink") } }, shapes: [-1.96, 1.96].map((edge) => ({ type: "line", yref: "paper", y0: 0, y1: 1, x0: edge, x1: edge, line: { color: css("--faint"), width: 1, dash: "dot" } })) }),
    };
  },
});

card({
  id: "markov", name: "Migrations carried on", page: "next", w: "w12", height: 320, needs: ["markov"],
  controls: [{ key: "measure", label: "Show", options: () => [["customers", "Customers"], ["monetary_value", "Money"]] }],
  title(view, data) {
    const last = Math.max(...data.markov.map((row) => row.period_number));
    const at = (period) => sum(where(data.markov, { period_number: period }), data.control.measure);
    const active = (period) => sum(data.markov.filter((row) => row.period_number === period && !["inactive", "cold"].includes(row.segment)), "customers");
    return data.control.measure === "customers" ? `Warm and active customers go from ${number(active(0))} to ${number(active(last))} in ${last} periods` : `Money of a period goes from ${moneyShort(at(0))} to ${moneyShort(at(last))} in ${last} periods`;
  },
  definition: "If customers went on to move between managerial segments as they did in the last period. New customers as set by markov_inflow_customers.",
  table: (view, data) => rowsTable(data.markov, ["period_number", "period_end_date", "segment", "customers", "monetary_value"]),
  plot(view, data) {
    const segments = unique(data.markov, "segment");
    return {
      data: segments.map((segment, index) => { const rows = where(data.markov, { segment }); return { type: "bar", name: nice(segment), x: rows.map((row) => row.period_end_date.slice(0, 7)), y: rows.map((row) => row[data.control.measure]), marker: { color: segmentColour(segment, index) }, hovertemplate: data.control.measure === "customers" ? "%{y:,.0f}" : MONEY_HOVER }; }),
      layout: layout({ hovermode: "x unified", barmode: "stack", xaxis: { type: "category", showgrid: false }, yaxis: data.control.measure === "customers" ? { tickformat: "~s" } : MONEY_AXIS }),
    };
  },
});

// ======================================================================= data quality
card({
  id: "rules", name: "Rules", page: "quality", w: "w7", height: 420, needs: ["quality"],
  rows: (data) => where(data.quality, { check_kind: "rule" }),
  title(view, data) {
    const rows = this.rows(data);
    const read = Math.max(...rows.map((row) => row.rows_in || 0));
    const accepted = rows.find((row) => row.check_name === "accepted");
    return accepted ? `${percent(accepted.rows_affected / read)} of ${number(read)} rows are accepted as order lines` : "Rules that rows went through";
  },
  definition: "Every row meets the rules in this order; the first that applies sets it aside. Rules without a row are left out here, not in the download.",
  table(view, data) { return rowsTable(data.quality, ["check_number", "check_kind", "check_name", "meaning", "rows_in", "rows_affected", "rows_out", "amount_in", "amount_affected", "amount_out"]); },
  body(view, data) {
    const rows = this.rows(data).filter((row) => row.rows_affected);
    return makeTable([{ name: "check_name", label: "Rule", format: nice }, { name: "meaning", label: "Meaning" }, { name: "rows_affected", label: "Rows", number: true, format: number }, { name: "amount_affected", label: "Amount", number: true, format: money }], rows, (row) => (row.check_name === "accepted" ? "strong" : ""));
  },
});

card({
  id: "rejected", name: "Rejected rows", page: "quality", w: "w5", height: 520, needs: ["rejected"],
  title(view, data) { const best = data.rejected.reduce((first, row) => (row.row_count > first.row_count ? row : first)); return `${number(sum(data.rejected, "row_count"))} rows are set aside, most as ${nice(best.rejection_reason).toLowerCase()}`; },
  definition: "Rejected rows of the order lines by reason, on a scale of powers of ten; each stands in fct_rejected_order_lines.",
  table: (view, data) => rowsTable(data.rejected, ["rejection_reason", "row_count", "line_amount"]),
  plot(view, data) {
    const rows = data.rejected.slice().sort((first, second) => first.row_count - second.row_count);
    const figure = bars(rows.map((row) => row.rejection_reason), rows.map((row) => nice(row.rejection_reason)), rows.map((row) => row.row_count), number, palette()[3]);
    figure.layout.xaxis.type = "log";
    figure.layout.xaxis.range = [-0.15, Math.log10(Math.max(...rows.map((row) => row.row_count))) + 0.2];
    return figure;
  },
});

card({
  id: "observations", name: "Observations", page: "quality", w: "w7", needs: ["quality"],
  rows: (data) => data.quality.filter((row) => row.check_kind !== "rule" && row.rows_affected),
  title(view, data) { return `${this.rows(data).length} observations that change how figures read`; },
  definition: "Nothing is set aside for these; know them before you compare.",
  table(view, data) { return rowsTable(this.rows(data), ["check_name", "meaning", "rows_in", "rows_affected", "amount_affected"]); },
  body(view, data) {
    return makeTable([{ name: "meaning", label: "Observation" }, { name: "rows_affected", label: "Count", number: true, format: number }, { name: "rows_in", label: "Of", number: true, format: number }, { name: "share", label: "Share", number: true, format: (value, row) => (row.rows_in ? percent(row.rows_affected / row.rows_in) : "–") }], this.rows(data));
  },
});

card({
  id: "rejected-sources", name: "Rejected rows of other files", page: "quality", w: "w5", height: 420, needs: ["rejected_sources"],
  emptyText: "No row of another file is set aside: customers, costs, rates, campaigns, spend and sessions are clean, or were not given.",
  title(view, data) { return `${number(sum(data.rejected_sources, "row_count"))} rows of the other files are set aside`; },
  definition: "Customers, costs, rates, campaigns, spend and sessions: rejected rows by reason; each stands in fct_rejected_source_rows.",
  table: (view, data) => rowsTable(data.rejected_sources, ["source_name", "rejection_reason", "row_count"]),
  plot(view, data) {
    const sources = unique(data.rejected_sources, "source_name");
    const totals = (reason) => sum(where(data.rejected_sources, { rejection_reason: reason }), "row_count");
    const reasons = unique(data.rejected_sources, "rejection_reason").sort((first, second) => totals(first) - totals(second)).slice(-16);
    return {
      data: sources.map((source, index) => ({ type: "bar", orientation: "h", name: nice(source), y: reasons.map((reason) => plain(nice(reason))), x: reasons.map((reason) => sum(where(data.rejected_sources, { source_name: source, rejection_reason: reason }), "row_count")), marker: { color: palette()[[0, 3, 2, 4, 5, 1][index % 6]] }, hovertemplate: "%{x}" })),
      layout: layout({ barmode: "stack", hovermode: "y unified", xaxis: { showgrid: true }, yaxis: { type: "category", showgrid: false, tickfont: { size: 10.5, color: css("--ink") } }, legend: { font: { size: 10.5, color: css("--muted") } } }),
    };
  },
});
