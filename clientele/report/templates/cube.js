"use strict";

// Answers to the filters, out of the cube: what adds up is added up, and customers are looked up.

const ALL = -1;
const DIMENSIONS = ["country", "channel", "segment"];
const MEASURES = [
  "order_count", "units", "gross_revenue", "discount_amount", "returns_amount", "net_revenue",
  "new_net_revenue", "unknown_customer_net_revenue",
];

function makeCube(raw) {
  const months = raw.months;
  const monthCount = months.length;
  const counts = DIMENSIONS.map((name) => raw.members[name].names.length + (raw.members[name].other_count ? 1 : 0));
  const [countries, channels, segments] = counts;

  // ---- cells: keys are written as differences
  const cellCount = raw.cells.key.length;
  const cell = { month: new Int32Array(cellCount), country: new Int32Array(cellCount), channel: new Int32Array(cellCount), segment: new Int32Array(cellCount) };
  let key = 0;
  for (let row = 0; row < cellCount; row += 1) {
    key += raw.cells.key[row];
    cell.segment[row] = key % segments;
    const rest = Math.floor(key / segments);
    cell.channel[row] = rest % channels;
    const higher = Math.floor(rest / channels);
    cell.country[row] = higher % countries;
    cell.month[row] = Math.floor(higher / countries);
  }
  // amounts are whole numbers of hundredths or ten-thousandths: their sums are exact
  const amounts = MEASURES.map((name) => Float64Array.from(raw.cells[name]));
  const divisors = MEASURES.map((name) => (name === "order_count" ? 1 : raw.cells.scale));

  // ---- customers: by combination a list of pairs of months
  const combinations = new Map();
  const customers = raw.customers;
  let position = 0;
  customers.combination.forEach((combination, index) => {
    const size = customers.size[index];
    const month = new Int32Array(size);
    const earlier = new Int32Array(size);
    const count = new Int32Array(size);
    let pair = 0;
    for (let step = 0; step < size; step += 1) {
      pair += customers.pair[position];
      month[step] = Math.floor(pair / (monthCount + 1));
      earlier[step] = (pair % (monthCount + 1)) - 1;
      count[step] = customers.customers[position];
      position += 1;
    }
    combinations.set(combination, { month, earlier, count, fresh: new Int32Array(monthCount) });
  });
  customers.new_combination.forEach((combination, index) => {
    combinations.get(combination).fresh[customers.new_month[index]] = customers.new_customers[index];
  });

  // A dimension of one member is always at all.
  function combinationOf(choice) {
    return DIMENSIONS.reduce((code, name, index) => {
      const chosen = counts[index] > 1 ? choice[name] + 1 : 0;
      return code * (counts[index] + 1) + chosen;
    }, 0);
  }

  // Customers of a combination in the months from..to: whoever bought then and not before in them.
  function distinctCustomers(choice, from, to) {
    const found = combinations.get(combinationOf(choice));
    if (!found) return 0;
    let total = 0;
    for (let step = 0; step < found.month.length; step += 1) {
      if (found.month[step] >= from && found.month[step] <= to && found.earlier[step] < from) total += found.count[step];
    }
    return total;
  }

  function customersByMonth(choice) {
    const active = new Array(monthCount).fill(0);
    const retained = new Array(monthCount).fill(0);
    const found = combinations.get(combinationOf(choice));
    if (!found) return { active, retained, fresh: new Array(monthCount).fill(0) };
    for (let step = 0; step < found.month.length; step += 1) {
      active[found.month[step]] += found.count[step];
      if (found.earlier[step] === found.month[step] - 1 && found.earlier[step] >= 0) retained[found.month[step]] += found.count[step];
    }
    return { active, retained, fresh: Array.from(found.fresh) };
  }

  function emptySums() {
    return Object.fromEntries(MEASURES.map((name) => [name, 0]));
  }

  function addTo(sums, row) {
    for (let index = 0; index < MEASURES.length; index += 1) sums[MEASURES[index]] += amounts[index][row];
  }

  function scaled(sums) {
    MEASURES.forEach((name, index) => { sums[name] /= divisors[index]; });
    return sums;
  }

  // Sums by month, and by the members of a dimension, whose own filter is then left aside.
  function sumByMonth(choice) {
    const sums = Array.from({ length: monthCount }, emptySums);
    for (let row = 0; row < cellCount; row += 1) {
      if ((choice.country === ALL || cell.country[row] === choice.country)
        && (choice.channel === ALL || cell.channel[row] === choice.channel)
        && (choice.segment === ALL || cell.segment[row] === choice.segment)) addTo(sums[cell.month[row]], row);
    }
    return sums.map(scaled);
  }

  function sumByMember(dimension, choice, from, to) {
    const open = { ...choice, [dimension]: ALL };
    const sums = Array.from({ length: counts[DIMENSIONS.indexOf(dimension)] }, emptySums);
    for (let row = 0; row < cellCount; row += 1) {
      if (cell.month[row] >= from && cell.month[row] <= to
        && (open.country === ALL || cell.country[row] === open.country)
        && (open.channel === ALL || cell.channel[row] === open.channel)
        && (open.segment === ALL || cell.segment[row] === open.segment)) addTo(sums[cell[dimension][row]], row);
    }
    return sums.map((sum, member) => Object.assign(scaled(sum), {
      member,
      active_customers: distinctCustomers({ ...open, [dimension]: member }, from, to),
    }));
  }

  // What the tiles show of a period.
  function totals(byMonth, people, choice, from, to) {
    const sums = emptySums();
    let retained = 0;
    let before = 0;
    let fresh = 0;
    for (let month = from; month <= to; month += 1) {
      MEASURES.forEach((name) => { sums[name] += byMonth[month][name]; });
      fresh += people.fresh[month];
      // a month that is not over, or has none before it, says nothing about coming back
      if (month > 0 && !raw.is_partial[month]) {
        retained += people.retained[month];
        before += people.active[month - 1];
      }
    }
    const ratio = (part, whole) => (whole ? part / whole : null);
    return Object.assign(sums, {
      active_customers: distinctCustomers(choice, from, to),
      new_customers: fresh,
      average_order_value: ratio(sums.net_revenue, sums.order_count),
      retention_rate: ratio(retained, before),
      churn_rate: before ? 1 - retained / before : null,
      return_rate: ratio(sums.returns_amount, sums.gross_revenue),
    });
  }

  function answer(filter) {
    const choice = { country: filter.country, channel: filter.channel, segment: filter.segment };
    const byMonth = sumByMonth(choice);
    const people = customersByMonth(choice);
    const length = filter.to - filter.from + 1;
    const back = filter.compare === "year" ? 12 : length;
    const from = filter.from - back;
    const memo = {};
    return {
      filter, months, monthCount, byMonth, people,
      isPartial: raw.is_partial,
      total: totals(byMonth, people, choice, filter.from, filter.to),
      before: from >= 0 ? Object.assign(totals(byMonth, people, choice, from, filter.to - back), { from, to: filter.to - back }) : null,
      by(dimension) {
        memo[dimension] = memo[dimension] || sumByMember(dimension, choice, filter.from, filter.to);
        return memo[dimension];
      },
    };
  }

  return { months, monthCount, counts, members: raw.members, isPartial: raw.is_partial, answer };
}
