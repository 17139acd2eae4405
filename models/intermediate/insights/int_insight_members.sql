with

compared_months as (

    select * from {{ ref('int_compared_months') }}

),

sales as (

    select *
    from {{ ref('fct_sales_breakdowns') }}
    where period_grain = 'month' and member <> 'unknown'

),

-- a member that sold nothing in one of the two months counts there as 0
both_months as (

    select
        months.comparison,
        months.month_start_date,
        months.base_month_start_date,
        months.base_net_revenue as all_base_net_revenue,
        sales.dimension,
        sales.member,
        max(sales.product_description) as product_description,
        coalesce(
            sum(sales.net_revenue) filter (where sales.month_start_date = months.month_start_date), 0
        ) as net_revenue,
        coalesce(
            sum(sales.net_revenue) filter (where sales.month_start_date = months.base_month_start_date), 0
        ) as base_net_revenue

    from compared_months as months
    inner join sales
        on sales.month_start_date in (months.month_start_date, months.base_month_start_date)
    group by
        months.comparison,
        months.month_start_date,
        months.base_month_start_date,
        months.base_net_revenue,
        sales.dimension,
        sales.member

),

ranked as (

    select
        *,
        row_number() over (
            partition by comparison, dimension
            order by net_revenue - base_net_revenue desc, member asc
        ) as rise_rank,
        row_number() over (
            partition by comparison, dimension
            order by net_revenue - base_net_revenue asc, member asc
        ) as fall_rank,
        count(*) over (partition by comparison, dimension) as members,
        case when net_revenue > base_net_revenue then '_rise' else '_fall' end as direction

    from both_months

),

-- the largest rise and the largest fall of each dimension; one member alone is the whole shop
moved_most as (

    select
        {{ combined_key(['dimension || direction', 'comparison']) }} as insight_key,
        comparison,
        month_start_date,
        base_month_start_date,
        dimension || direction as topic,
        case dimension
            when 'country' then 'Net revenue from ' || member
            when 'channel' then 'Net revenue by the channel ' || member
            else 'Net revenue of ' || coalesce(product_description || ' (' || member || ')', member)
        end as subject,
        'money' as unit,
        cast(net_revenue as double) as measure_value,
        cast(base_net_revenue as double) as base_value,
        'fct_sales_breakdowns' as source_mart,
        'select month_start_date, net_revenue from marts.fct_sales_breakdowns where dimension = ''' || dimension
        || ''' and member = ''' || replace(member, '''', '''''')
        || ''' and period_grain = ''month'' order by month_start_date' as source_query,
        abs(cast(net_revenue - base_net_revenue as double))
        / nullif(abs(cast(all_base_net_revenue as double)), 0) as movement_size

    from ranked
    where
        members > 1
        and net_revenue <> base_net_revenue
        and ((rise_rank = 1 and direction = '_rise') or (fall_rank = 1 and direction = '_fall'))

)

select * from moved_most
