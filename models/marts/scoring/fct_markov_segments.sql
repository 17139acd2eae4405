with

segments as (

    select *
    from {{ ref('int_markov_segments') }}
    where markov_run = 'forecast'

),

final as (

    select
        {{ combined_key(['period_number', 'segment']) }} as period_segment_key,
        period_number,
        period_end_date,
        segment,
        customers,
        monetary_value_per_customer,
        monetary_value,
        is_assumed_to_stay

    from segments

)

select * from final
