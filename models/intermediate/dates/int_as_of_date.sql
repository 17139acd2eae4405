with

accepted as (

    select
        min(order_date) as first_order_date,
        max(order_date) as last_order_date

    from {{ ref('fct_order_lines') }}

),

dated as (

    select
        {% if var('as_of_date') -%}
        cast({{ sql_text(var('as_of_date')) }} as date)
        {%- else -%}
        last_order_date
        {%- endif %} as as_of_date,
        first_order_date,
        last_order_date

    from accepted

)

select * from dated
