with

customers as (

    select * from {{ ref('int_orders_aggregated_to_customer') }}

),

-- the margin counts customers with returns alone too, for their money is the shop's
rates as (

    select
        {{ ratio('count(*) filter (where order_count = 1)', 'count(*) filter (where order_count > 0)') }} as churn_rate,
        {{ ratio('sum(margin_amount)', 'greatest(sum(monetary_value), 0)') }} as margin_rate

    from customers

),

-- who came less than a year ago counts as a customer of one year: two orders in a week are not a hundred a year
paced as (

    select
        *,
        order_count / greatest(cast(first_order_age_days as double) / 365.25, 1) as orders_per_year

    from customers
    where order_count > 0

),

valued as (

    select
        paced.*,
        rates.churn_rate,
        rates.margin_rate,
        paced.mean_order_value * paced.orders_per_year as yearly_revenue,
        paced.mean_order_value * paced.orders_per_year / nullif(rates.churn_rate, 0) as simple_cltv_revenue

    from paced
    cross join rates

),

edges as (

    select
        {{ bin_edges('quartile', 'simple_cltv_revenue', 4) }},
        min(simple_cltv_revenue) as lowest_cltv,
        max(simple_cltv_revenue) as highest_cltv

    from valued

),

final as (

    select
        valued.customer_id,
        valued.order_count,
        valued.first_order_age_days,
        valued.mean_order_value,
        valued.orders_per_year,
        valued.yearly_revenue,
        valued.churn_rate,
        valued.margin_rate,
        valued.simple_cltv_revenue,
        valued.simple_cltv_revenue * valued.margin_rate as simple_cltv,
        (valued.simple_cltv_revenue - edges.lowest_cltv)
        / nullif(edges.highest_cltv - edges.lowest_cltv, 0) as simple_cltv_scaled,
        {{ value_tier('quartile', 'valued.simple_cltv_revenue', 4) }} as simple_cltv_quartile

    from valued
    cross join edges

)

select * from final
