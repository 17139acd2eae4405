with

-- of the shop's own lines, or as the var assumed_margin_rate has it
known as (

    select assumed_margin_rate as margin_rate from {{ ref('int_assumed_margin_rate') }}

),

final as (

    select
        coalesce(margin_rate, cast({{ var('fallback_margin_rate') }} as double)) as margin_rate,
        case
            when margin_rate is null then 'fallback_margin_rate'
            {% if var('assumed_margin_rate') is not none -%}
            else 'assumed_margin_rate'
            {%- else -%}
            else 'costs'
            {%- endif %}
        end as margin_rate_source

    from known

)

select * from final
