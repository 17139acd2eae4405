"""Queries of the report's panels: small results of the marts, none of them a row per customer.

Each panel names the marts that it reads. A warehouse that lacks one of them has the panel left
out, with a sentence; so has one in which the query finds nothing.
"""

from dataclasses import dataclass
from decimal import Decimal

# Anonymous points of the pictures of clusters.
SAMPLE_POINTS = 900
# Products whose months are in the report.
MOST_PRODUCTS = 200
# Cohorts, snapshots and pairs of products that are shown.
MOST_COHORTS = 36
MOST_SNAPSHOTS = 13
MOST_PAIRS = 15
MOST_CAMPAIGNS = 20
# Metrics of the state of today, which are asked for once; the cube answers those of a period.
AHEAD_METRICS = ("customer_lifetime_value", "mean_customer_lifetime_value", "expected_orders")


@dataclass(frozen=True)
class Panel:
    """
    A query of the report.

    Attributes
    ----------
    name : str
        What the page calls its result.
    marts : tuple of str
        The marts it reads.
    sql : str
        The query.
    """

    name: str
    marts: tuple
    sql: str


def value(found):
    """
    Turn a value of DuckDB into one of JSON: money to four decimals, ratios to seven digits.

    Parameters
    ----------
    found : object
        The value.

    Returns
    -------
    str, int, float, bool, list or None

    Examples
    --------
    >>> value(Decimal("12.5000")), value(0.12345678912), value(float("nan"))
    (12.5, 0.1234568, None)
    """
    if found is None or isinstance(found, (str, bool, int)):
        return found
    if isinstance(found, list):
        return [value(part) for part in found]
    if isinstance(found, Decimal):
        return round(float(found), 4)
    if isinstance(found, float):
        # a JSON number is finite
        return float(f"{found:.7g}") if abs(found) < float("inf") else None
    return found.isoformat() if hasattr(found, "isoformat") else str(found)


def panel_results(connection, panels):
    """
    Ask the marts what the panels show.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        One whose current schema holds the marts.
    panels : list of Panel
        What to ask.

    Returns
    -------
    dict of str to dict
        By panel ``columns``, names, and ``rows``, lists of values; or ``missing``, the marts that
        are not there.
    """
    present = {
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = current_database() "
            "and schema_name = current_schema() union all select view_name from duckdb_views() "
            "where database_name = current_database() and schema_name = current_schema()"
        ).fetchall()
    }
    results = {}
    for panel in panels:
        missing = [mart for mart in panel.marts if mart not in present]
        if missing:
            results[panel.name] = {"missing": missing}
            continue
        answer = connection.execute(panel.sql)
        columns = [column[0] for column in answer.description]
        rows = [[value(found) for found in row] for row in answer.fetchall()]
        results[panel.name] = {"columns": columns, "rows": rows, "marts": list(panel.marts)}
    return results


def _plain(name, mart, columns="*", rest=""):
    """Make a panel that is a mart as it is."""
    return Panel(name, (mart,), f"select {columns} from {mart} {rest}")


def _quantiles(measure):
    """Select the five numbers of a box, and the mean, by segment."""
    parts = ", ".join(
        f"cast(quantile_cont({measure}, {share}) as double) as {name}"
        for name, share in (("p5", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95))
    )
    return (
        f"select '{measure}' as measure, segment, count(*) as customers, {parts}, "
        f"avg(cast({measure} as double)) as mean from fct_customer_rfm group by segment"
    )


def _histogram(measure, mart, bins, condition="true"):
    """Count customers in bins of equal width up to the 99th percentile; the last one is open."""
    return f"""
        select
            '{measure}' as measure,
            bin,
            bin * any_value(width) as bin_from,
            (bin + 1) * any_value(width) as bin_to,
            bin = {bins - 1} as is_open,
            count(*) as customers,
            cast(sum(amount) as double) as total
        from (
            select amount, width, least(floor(amount / nullif(width, 0)), {bins - 1}) as bin
            from (
                select
                    greatest(cast({measure} as double), 0) as amount,
                    quantile_cont(greatest(cast({measure} as double), 0), 0.99) over () / {bins}
                        as width
                from {mart}
                where {measure} is not null and {condition}
            )
        )
        where bin is not null
        group by bin
    """


def _rank_correlations():
    """Correlate the ranks of customers' measures; ties share their mean rank."""
    measures = (
        "recency_days",
        "order_count",
        "monetary_value",
        "mean_order_value",
        "first_order_age_days",
        "probability_alive",
        "clv_12m",
    )
    ranks = ", ".join(
        f"case when {name} is not null then rank() over (order by {name} nulls last) "
        f"+ (count(*) over (partition by {name}) - 1) / 2.0 end as {name}"
        for name in measures
    )
    pairs = ", ".join(
        f"corr({first}, {second}) as {first}__{second}" for first in measures for second in measures
    )
    return f"""
        with measured as (
            select rfm.*, value.probability_alive, value.clv_12m
            from fct_customer_rfm as rfm
            left join fct_customer_lifetime_value as value using (customer_id)
        ), ranked as (select {ranks} from measured), wide as (select {pairs} from ranked)
        select
            split_part(name, '__', 1) as measure,
            split_part(name, '__', 2) as other_measure,
            case when isfinite(correlation) then correlation end as correlation
        from (unpivot wide on columns(*) into name name value correlation)
    """


def report_panels(top_customers=0):
    """
    List what the report asks the marts.

    Parameters
    ----------
    top_customers : int
        How many customers are listed by name; with 0 no customer's id leaves the warehouse.

    Returns
    -------
    list of Panel
    """
    panels = [
        # ---- what happened
        _plain(
            "headlines",
            "fct_headlines",
            "headline_rank, question, sentence",
            "order by headline_rank",
        ),
        _plain(
            "insights",
            "fct_insights",
            "insight_rank, month_start_date, comparison, topic, sentence",
            "order by insight_rank limit 8",
        ),
        _plain(
            "base",
            "fct_customer_base_monthly",
            "month_start_date, is_first_period, is_partial_period, active_customers, "
            "new_customers, retained_customers, opening_customers, reactivated_customers, "
            "newly_lapsed_customers, closing_customers, lapsed_customers, known_customers, "
            "retention_rate, churn_rate, lapse_churn_rate, lapse_rate, repeat_rate",
            "order by month_start_date",
        ),
        Panel(
            "cohorts",
            ("fct_cohort_periods",),
            f"""
            select
                cohort_start_date, period_number, cohort_size, is_elapsed, is_partial_period,
                retention_rate, cumulative_net_revenue_per_customer, average_order_value
            from fct_cohort_periods
            where cohort_start_date in (
                select distinct cohort_start_date from fct_cohort_periods
                order by 1 desc limit {MOST_COHORTS}
            )
            order by cohort_start_date, period_number
            """,
        ),
        Panel(
            "products",
            ("fct_sales_breakdowns",),
            f"""
            with best as (
                select member, product_description, revenue_rank from fct_sales_breakdowns
                where
                    dimension = 'product' and period_grain = 'all'
                    and revenue_rank <= {MOST_PRODUCTS}
            )
            select
                best.revenue_rank,
                any_value(coalesce(best.product_description, best.member)) as product,
                any_value(best.member) as product_id,
                list(datediff('month', start.first_month, months.month_start_date)
                    order by months.month_start_date) as months,
                list(cast(months.net_revenue as double) order by months.month_start_date)
                    as revenue,
                list(cast(months.units as double) order by months.month_start_date) as units
            from best
            join fct_sales_breakdowns as months
                on months.dimension = 'product' and months.period_grain = 'month'
                and months.member = best.member
            cross join (
                select min(month_start_date) as first_month from fct_sales_breakdowns
            ) as start
            group by best.revenue_rank
            order by best.revenue_rank
            """,
        ),
        _plain(
            "rhythm",
            "fct_order_rhythm",
            "order_number_label, continuation_rate, p25_days_since_previous_order, "
            "median_days_since_previous_order, p75_days_since_previous_order, "
            "preceding_order_count",
            "where order_number > 1 order by order_number",
        ),
        _plain(
            "repurchase",
            "fct_repurchase_windows",
            "window_days, scope, month_start_date, eligible_customers, repurchase_rate",
            "where repurchase_rate is not null order by window_days, month_start_date",
        ),
        Panel(
            "weekdays",
            ("fct_sales_daily",),
            """
            select
                isodow(order_date) as iso_day_of_week,
                month(order_date) as month_of_year,
                count(*) as days,
                cast(sum(net_revenue) as double) / count(*) as revenue_per_day
            from fct_sales_daily
            group by all
            order by all
            """,
        ),
        _plain(
            "campaigns",
            "fct_campaign_conversion",
            "campaign, dimension, member, contacted_customers, response_rate, purchase_rate, "
            "net_revenue_per_contact",
            "where dimension = 'all' order by purchase_rate desc nulls last, campaign "
            f"limit {MOST_CAMPAIGNS}",
        ),
        _plain(
            "web",
            "fct_web_conversion_monthly",
            "month_start_date, channel, is_partial_period, visit_count, order_count, "
            "visit_conversion_rate",
            "order by month_start_date, channel",
        ),
        Panel(
            "acquisition",
            ("fct_acquisition_costs",),
            """
            select
                channel,
                sum(cast(spend_amount as double)) as spend_amount,
                sum(new_customers) as new_customers,
                sum(cast(spend_amount as double)) / nullif(sum(new_customers), 0) as cost,
                sum(cumulative_margin_per_customer * new_customers)
                    / nullif(sum(new_customers) filter (
                        where cumulative_margin_per_customer is not null), 0) as margin
            from fct_acquisition_costs
            where spend_amount is not null
            group by channel
            order by channel
            """,
        ),
        # ---- why
        _plain(
            "drivers",
            "fct_revenue_drivers_monthly",
            "month_start_date, comparison, base_month_start_date, is_partial_period, net_revenue, "
            "base_net_revenue, revenue_change, customers_effect, frequency_effect, "
            "order_value_effect, unknown_customer_effect, decomposition_method",
            "order by comparison, month_start_date",
        ),
        _plain(
            "movements",
            "fct_revenue_movements_monthly",
            "month_start_date, comparison, is_partial_period, movement, movement_number, "
            "customers, revenue_change",
            "order by comparison, month_start_date, movement_number",
        ),
        _plain(
            "lorenz",
            "fct_revenue_concentration",
            "entity, percentile, cumulative_revenue_share",
            "order by entity, percentile",
        ),
        _plain("concentration", "fct_revenue_concentration_summary"),
        _plain(
            "associations",
            "fct_driver_associations",
            "outcome, feature, feature_kind, effect_size, effect_size_measure, effect_rank, "
            "direction, adjusted_p_value, is_significant, customers, status",
            "where effect_size is not null order by outcome, effect_rank",
        ),
        _plain(
            "levels",
            "fct_driver_levels",
            "feature, level_number, level_kind, level_name, lowest_value, highest_value, "
            "customers, lapse_rate, mean_later_value",
            "order by feature, level_number",
        ),
        Panel(
            "correlations",
            ("fct_customer_rfm", "fct_customer_lifetime_value"),
            _rank_correlations(),
        ),
        _plain(
            "first_products",
            "fct_first_products",
            "coalesce(description, product_id) as product, eligible_customers, repeat_rate, "
            "baseline_repeat_rate, repeat_rate_lift",
            "where repeat_rate_lift is not null and eligible_customers >= 20 "
            f"order by repeat_rate_lift desc, product_id limit {MOST_PAIRS}",
        ),
        _plain(
            "pairs",
            "fct_product_pairs",
            "coalesce(description_a, product_id_a) as product_a, "
            "coalesce(description_b, product_id_b) as product_b, orders_together, support, lift, "
            "greatest(confidence_a_to_b, confidence_b_to_a) as confidence",
            f"order by lift_rank limit {MOST_PAIRS}",
        ),
        # ---- who
        Panel(
            "rfm_grid",
            ("fct_customer_rfm",),
            """
            select
                recency_score, frequency_score,
                mode(segment order by segment) as segment,
                count(*) as customers,
                cast(sum(monetary_value) as double) as monetary_value,
                avg(monetary_score) as mean_monetary_score
            from fct_customer_rfm
            group by all
            order by all
            """,
        ),
        _plain(
            "profiles",
            "fct_segment_profiles",
            "*",
            "order by segmentation, monetary_value desc, segment",
        ),
        Panel(
            "known",
            ("dim_customer_360",),
            """
            select
                coalesce(rfm_segment, 'no_segment') as segment,
                count(*) as customers,
                count(*) filter (where has_marketing_consent) as consenting_customers,
                count(*) filter (where not has_marketing_consent) as refusing_customers,
                count(*) filter (where has_marketing_consent is null) as unasked_customers,
                count(*) filter (where is_lapsed) as lapsed_customers,
                count(*) filter (where risk_band = 'low') as low_risk_customers,
                count(*) filter (where risk_band = 'medium') as medium_risk_customers,
                count(*) filter (where risk_band = 'high') as high_risk_customers,
                count(*) filter (where risk_band = 'unknown') as unknown_risk_customers,
                count(clv_12m) as predicted_customers,
                cast(sum(net_revenue) filter (where clv_12m is not null) as double) as net_revenue,
                sum(clv_12m) as clv_12m
            from dim_customer_360
            group by all
            order by net_revenue desc nulls last, segment
            """,
        ),
        Panel(
            "boxes",
            ("fct_customer_rfm",),
            " union all ".join(
                _quantiles(measure) for measure in ("recency_days", "order_count", "monetary_value")
            )
            + " order by measure, segment",
        ),
        Panel(
            "tiers",
            ("fct_customer_rfm",),
            """
            select
                value_tier, count(*) as customers,
                cast(sum(monetary_value) as double) as monetary_value
            from fct_customer_rfm
            group by all
            order by value_tier
            """,
        ),
        Panel(
            "migrations",
            ("fct_segment_migrations",),
            f"""
            with ends as (
                select distinct segmentation, migration_months, end_date, is_partial_period
                from fct_segment_migrations
            ), latest as (
                select *, row_number() over (
                    partition by segmentation, migration_months order by end_date desc
                ) as position
                from ends
            )
            select
                migrations.segmentation, migrations.migration_months, migrations.start_date,
                migrations.end_date, migrations.is_partial_period, migrations.start_segment,
                migrations.end_segment, migrations.customers
            from fct_segment_migrations as migrations
            join latest using (segmentation, migration_months, end_date)
            where latest.position <= {MOST_SNAPSHOTS} and migrations.customers > 0
            order by all
            """,
        ),
        _plain(
            "segment_months",
            "fct_segment_movements",
            "segmentation, month_start_date, is_partial_period, segment, closing_customers",
            "order by segmentation, month_start_date, segment",
        ),
        Panel(
            "points",
            ("fct_customer_clusters", "fct_customer_rfm"),
            f"""
            select
                clusters.cluster_name,
                round(clusters.pca_1, 2) as pca_1,
                round(clusters.pca_2, 2) as pca_2,
                round(clusters.pca_3, 2) as pca_3,
                round(ln(1 + rfm.recency_days), 2) as log_recency,
                round(ln(rfm.order_count), 2) as log_orders,
                round(ln(greatest(cast(rfm.monetary_value as double), 1)), 2) as log_money
            from (
                select * from fct_customer_clusters
                where pca_1 is not null
                order by md5(customer_id), customer_id
                limit {SAMPLE_POINTS}
            ) as clusters
            join fct_customer_rfm as rfm using (customer_id)
            order by all
            """,
        ),
        _plain(
            "components", "fct_cluster_components", "*", "order by component, abs(loading) desc"
        ),
        _plain(
            "cluster_profiles",
            "fct_cluster_profiles",
            "*",
            "order by clustering, monetary_value desc, cluster",
        ),
        _plain("cluster_models", "fct_cluster_models", "*", "order by cluster_count"),
        _plain("tree_models", "fct_hierarchical_cluster_models", "*", "order by cluster_count"),
        _plain("tree_links", "fct_dendrogram_links", "*", "order by link_number"),
        _plain("tree_leaves", "fct_dendrogram_leaves", "*", "order by position"),
        _plain(
            "cluster_segments",
            "fct_cluster_segments",
            "clustering, cluster_name, segment, customers, cluster_share, lift",
            "where segmentation = 'rfm' order by all",
        ),
        _plain(
            "attribute_clusters",
            "fct_attribute_cluster_profiles",
            "cluster, cluster_customers, variable, level, cluster_value, shop_value, "
            "standardised_difference, distinctiveness_rank",
            "where standardised_difference is not null order by cluster, distinctiveness_rank",
        ),
        # ---- what next
        _plain("forecast", "fct_forecast_totals"),
        Panel(
            "value_bins",
            ("fct_customer_lifetime_value",),
            _histogram("clv_12m", "fct_customer_lifetime_value", 40) + " order by bin",
        ),
        Panel(
            "alive_bins",
            ("fct_customer_lifetime_value",),
            """
            select least(floor(probability_alive * 20), 19) / 20 as bin_from, count(*) as customers
            from fct_customer_lifetime_value
            where probability_alive is not null
            group by all
            order by all
            """,
        ),
        Panel(
            "value_tiers",
            ("fct_customer_lifetime_value",),
            """
            select
                value_quartile, count(*) as customers, sum(clv_12m) as clv_12m,
                sum(clv_6m) as clv_6m, avg(probability_alive) as mean_probability_alive,
                avg(expected_orders_26w) as mean_expected_orders_26w
            from fct_customer_lifetime_value
            where value_quartile is not null
            group by all
            order by all
            """,
        ),
        Panel(
            "value_segments",
            ("fct_customer_lifetime_value", "fct_customer_rfm"),
            """
            select
                rfm.segment, count(*) as customers, sum(value.clv_12m) as clv_12m,
                avg(value.probability_alive) as mean_probability_alive
            from fct_customer_lifetime_value as value
            join fct_customer_rfm as rfm using (customer_id)
            where value.clv_12m is not null
            group by all
            order by clv_12m desc, rfm.segment
            """,
        ),
        Panel(
            "value_model",
            ("fct_customer_lifetime_value",),
            """
            select
                model, model_reason, status, status_reason, trained_on_date, count(*) as customers
            from fct_customer_lifetime_value
            group by all
            order by customers desc, model, status, trained_on_date
            limit 4
            """,
        ),
        _plain("value_fits", "fct_clv_models", "*", "order by is_challenger, model"),
        Panel(
            "calibration",
            ("fct_backtest_calibration", "fct_backtest_standings"),
            """
            select
                buckets.measure, buckets.bucket_kind, buckets.bucket, buckets.challenger,
                sum(buckets.customers) as customers,
                sum(buckets.predicted_total) / nullif(sum(buckets.customers), 0) as predicted_mean,
                sum(buckets.actual_total) / nullif(sum(buckets.customers), 0) as actual_mean,
                count(*) as cutoffs
            from fct_backtest_calibration as buckets
            join fct_backtest_standings as standings
                on buckets.challenger = standings.challenger
                and buckets.measure = standings.measure
            where standings.is_champion
            group by all
            order by
                buckets.measure, buckets.bucket_kind,
                min(try_cast(regexp_extract(buckets.bucket, '^[0-9]+') as int))
            """,
        ),
        _plain(
            "standings",
            "fct_backtest_standings",
            "*",
            "order by measure desc, is_champion desc, is_baseline, normalised_gini desc nulls last",
        ),
        _plain(
            "league",
            "fct_backtest_league",
            "challenger, cutoff_number, measure, cutoff_date, horizon_end_date, is_champion, "
            "predicted_total, actual_total, bias, normalised_gini, status, status_reason",
            "order by measure, challenger, cutoff_number",
        ),
        Panel(
            "tracking",
            ("fct_backtest_tracking", "fct_backtest_standings"),
            """
            select
                tracking.challenger, tracking.cutoff_number, tracking.cutoff_date,
                tracking.week_number, tracking.predicted_orders, tracking.actual_orders
            from fct_backtest_tracking as tracking
            join fct_backtest_standings as standings
                on tracking.challenger = standings.challenger
            where standings.is_champion and standings.measure = 'orders'
            order by tracking.cutoff_number, tracking.week_number
            """,
        ),
        _plain("deciles", "fct_score_deciles", "*", "order by evaluation, ranked_by, decile"),
        _plain("coefficients", "fct_score_coefficients"),
        _plain("score_models", "fct_score_models", "*", "order by evaluation, model"),
        _plain(
            "markov",
            "fct_markov_segments",
            "period_number, period_end_date, segment, customers, monetary_value",
            "order by period_number, segment",
        ),
        _plain("markov_backtest", "fct_markov_backtest"),
        # ---- what to do
        Panel(
            "actions",
            ("fct_customer_actions",),
            """
            select
                action, segment, risk_band,
                count(*) as customers,
                count(*) filter (where is_holdout and offer is not null) as holdout_customers,
                cast(sum(cost_per_contact) filter (where is_to_contact) as double) as cost,
                any_value(offer) as offer, any_value(channel) as channel,
                any_value(cast(cost_per_contact as double)) as cost_per_contact,
                any_value(discount_rate) as discount_rate,
                any_value(expected_uplift) as expected_uplift
            from fct_customer_actions
            group by all
            order by all
            """,
        ),
        Panel(
            "obstacles",
            ("fct_customer_actions",),
            """
            select rule_action, contact_obstacle, count(*) as customers
            from fct_customer_actions
            where contact_obstacle is not null
            group by all
            order by all
            """,
        ),
        Panel(
            "audiences",
            ("fct_audiences", "fct_budget_segments"),
            """
            with planned as (
                select 'action' as audience_kind, action as audience, *
                from fct_budget_segments
                union all
                select 'segment' as audience_kind, segment as audience, *
                from fct_budget_segments
            ), plans as (
                select
                    audience_kind, audience, sum(contacts) as planned_contacts,
                    sum(expected_incremental_profit) as expected_incremental_profit
                from planned
                group by all
            )
            select
                audiences.audience_kind, audiences.audience, audiences.is_contact,
                audiences.as_of_date, audiences.previous_as_of_date, audiences.members,
                audiences.previous_members, audiences.entered_members, audiences.left_members,
                audiences.members_to_contact, audiences.control_group_members, audiences.clv_6m,
                plans.planned_contacts, plans.expected_incremental_profit
            from fct_audiences as audiences
            left join plans using (audience_kind, audience)
            order by audiences.audience_kind, audiences.members desc, audiences.audience
            """,
        ),
        _plain(
            "uplift",
            "fct_campaign_uplift",
            "status, any_value(status_reason order by first_sent_date desc) as status_reason, "
            "count(*) as campaigns, sum(contacted_customers) as contacted_customers, "
            "sum(measured_customers) as measured_customers, max(first_sent_date) as last_sent_date",
            "group by status order by campaigns desc, status",
        ),
        _plain(
            "uplift_measured",
            "fct_campaign_uplift",
            "campaign, first_sent_date, measured_customers, control_customers, "
            "contacted_purchase_rate, control_purchase_rate, uplift, uplift_lower, uplift_upper, "
            "incremental_net_revenue_per_contact, incremental_net_revenue_standard_error, "
            "measured_uplift_at_even_odds",
            f"where is_experiment order by first_sent_date desc, campaign limit {MOST_CAMPAIGNS}",
        ),
        _plain(
            "plan",
            "fct_budget_summary",
            "status, status_reason, budget, plan_horizon_days, contactable_customers, "
            "holdout_customers, contacts, expected_cost, expected_incremental_revenue, "
            "expected_incremental_profit, return_on_cost, profit_bound, relative_gap, method, "
            "margin_rate, margin_rate_source, assumption",
        ),
        _plain(
            "plan_curve",
            "fct_budget_curve",
            "budget, is_plan_budget, contacts, expected_cost, expected_incremental_profit, "
            "profit_bound, return_on_cost, profit_per_extra_budget",
            "order by budget",
        ),
        _plain(
            "plan_policies",
            "fct_budget_policies",
            "policy, policy_number, contacts, expected_cost, expected_incremental_profit, "
            "return_on_cost, profit_less_than_plan, is_within_budget, is_within_capacities",
            "order by policy_number",
        ),
        _plain(
            "plan_segments",
            "fct_budget_segments",
            "segment, action, offer, channel, candidates, profitable_candidates, contacts, "
            "expected_cost, expected_incremental_profit, return_on_cost",
            "order by segment, offer_number",
        ),
        _plain(
            "plan_channels",
            "fct_budget_channels",
            "channel, most_contacts, contacts, expected_cost, expected_incremental_profit, is_full",
            "order by channel",
        ),
        _plain(
            "what_if",
            "fct_what_if",
            "retention_change, frequency_change, order_value_change, acquisition_change, "
            "changed_levers, is_base, is_asked, revenue_12m, revenue_12m_lower, revenue_12m_upper, "
            "revenue_12m_change, revenue_12m_change_share, revenue_12m_change_share_lower, "
            "revenue_12m_change_share_upper, customer_equity, customer_equity_lower, "
            "customer_equity_upper, customer_equity_change_share, "
            "customer_equity_change_share_lower, customer_equity_change_share_upper, "
            "new_customers_12m, expected_orders_12m, revenue_previous_12m, equity_years, "
            "margin_rate, margin_rate_source, status, status_reason",
            "order by retention_change, frequency_change, order_value_change, acquisition_change",
        ),
        _plain(
            "what_if_levers",
            "fct_what_if_levers",
            "lever, lever_change, revenue_12m_change, revenue_12m_change_share, "
            "customer_equity_change, customer_equity_change_share, customer_equity_elasticity, "
            "status",
            "order by lever, lever_change",
        ),
        # ---- data quality
        _plain("quality", "rpt_data_quality", "*", "order by check_number"),
        Panel(
            "rejected",
            ("fct_rejected_order_lines",),
            """
            select
                rejection_reason, rule_number, count(*) as row_count,
                cast(sum(line_amount) as double) as line_amount
            from fct_rejected_order_lines
            group by all
            order by rule_number
            """,
        ),
        Panel(
            "rejected_sources",
            ("fct_rejected_source_rows",),
            """
            select source_name, rejection_reason, count(*) as row_count
            from fct_rejected_source_rows
            group by all
            order by all
            """,
        ),
    ]
    if top_customers:
        panels.append(
            Panel(
                "top_customers",
                ("fct_customer_rfm",),
                f"""
                select
                    customer_id, segment, value_tier, order_count, recency_days,
                    cast(monetary_value as double) as monetary_value
                from fct_customer_rfm
                order by monetary_value desc, customer_id
                limit {int(top_customers)}
                """,
            )
        )
    return panels
