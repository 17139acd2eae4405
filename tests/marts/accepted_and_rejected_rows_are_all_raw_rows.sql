-- Row conservation: what the file holds, counted before any rule, is what was accepted plus what was rejected, in rows
-- and in money. The raw side is taken from the typed file alone, without classes.
{%- set columns = var('order_lines_columns') %}
with

raw_rows as (

    select
        count(*) as row_count,
        coalesce(sum(
            {% if 'amount' in columns -%}
            cast(amount as decimal(18, 4))
            {%- elif 'quantity' in columns -%}
            {{ money_product('quantity', 'unit_price') }}
            {%- else -%}
            cast(unit_price as decimal(18, 4))
            {%- endif %}
        ), 0) as line_amount

    from {{ ref('stg_shop__order_lines') }}

),

accepted as (

    select
        (select count(*) from {{ ref('fct_order_lines') }}) as row_count,
        coalesce(sum(line_amount), 0) as line_amount

    -- with an outlier policy fct_order_lines holds capped money, and the money that came in stands one step before it
    {% if var('outlier_policy') == 'none' -%}
    from {{ ref('fct_order_lines') }}
    {%- else -%}
    from {{ ref('int_order_lines_classified') }}
    where row_class = 'accepted'
    {%- endif %}

),

rejected as (

    select
        count(*) as row_count,
        coalesce(sum(line_amount), 0) as line_amount

    from {{ ref('fct_rejected_order_lines') }}

),

compared as (

    select
        raw_rows.row_count as raw_rows,
        accepted.row_count as accepted_rows,
        rejected.row_count as rejected_rows,
        raw_rows.line_amount as raw_amount,
        accepted.line_amount as accepted_amount,
        rejected.line_amount as rejected_amount

    from raw_rows
    cross join accepted
    cross join rejected

)

select *
from compared
where
    raw_rows is distinct from accepted_rows + rejected_rows
    or raw_amount is distinct from accepted_amount + rejected_amount
