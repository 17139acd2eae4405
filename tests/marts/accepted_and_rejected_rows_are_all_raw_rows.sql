-- Row conservation: what the file holds, counted before any rule, is what was accepted plus what was rejected, in rows
-- and in money. The raw side is taken from the typed file and the rates alone, without classes; what is in a currency
-- that has no rate that day is no money of ours on either side.
-- depends_on: {{ ref('int_exchange_rates_daily') }}
{%- set columns = var('order_lines_columns') %}
with

raw_lines as (

    select
        {% if 'amount' in columns -%}
        cast(order_lines.amount as decimal(18, 4))
        {%- elif 'quantity' in columns -%}
        {{ money_product('order_lines.quantity', 'order_lines.unit_price') }}
        {%- else -%}
        cast(order_lines.unit_price as decimal(18, 4))
        {%- endif %} as line_amount,
        {% if 'currency' in columns -%}
        case
            when upper(order_lines.currency) <> upper({{ sql_text(var('reporting_currency')) }})
                then rates.exchange_rate
            when order_lines.currency is not null then 1
        end
        {%- else -%}
        1
        {%- endif %} as exchange_rate

    from {{ ref('stg_shop__order_lines') }} as order_lines
    {% if 'currency' in columns -%}
    left join {{ ref('int_exchange_rates_daily') }} as rates
        on
            upper(order_lines.currency) = rates.currency
            and cast(order_lines.ordered_at as date) = rates.rate_date
    {%- endif %}

),

raw_rows as (

    select
        count(*) as row_count,
        coalesce(sum(try_cast(line_amount * exchange_rate as decimal(18, 4))), 0) as line_amount

    from raw_lines

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
