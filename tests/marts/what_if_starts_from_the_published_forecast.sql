-- What a what-if expects of today's customers without any change is what their lifetime values add up to.
with

base as (

    select clv_existing_12m
    from {{ ref('fct_what_if') }}
    where is_base

),

published as (

    select sum(clv_12m) as clv_12m from {{ ref('fct_customer_lifetime_value') }}

),

compared as (

    select
        base.clv_existing_12m,
        published.clv_12m

    from base
    cross join published

)

select * from compared
where
    (clv_existing_12m is null) <> (clv_12m is null)
    or abs(clv_existing_12m - clv_12m) > 0.00001 * clv_12m + 0.01
