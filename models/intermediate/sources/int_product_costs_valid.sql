with

product_costs as (

    select *
    from {{ ref('int_product_costs_checked') }}
    where row_problem is null

),

bounded as (

    select
        {{ combined_key(['product_id', "coalesce(valid_from_date, date '1900-01-01')"]) }} as product_cost_key,
        product_id,
        unit_cost,
        -- no order is before 1900 or after 2199
        coalesce(valid_from_date, date '1900-01-01') as valid_from_date,
        coalesce(
            lead(valid_from_date) over (partition by product_id order by valid_from_date nulls first),
            date '2200-01-01'
        ) as valid_before_date

    from product_costs

)

select * from bounded
