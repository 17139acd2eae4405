with

measures as (

    {% for kind in ['forecasts', 'risks', 'extremes'] -%}
    select
        topic,
        subject,
        detail,
        base_date,
        customers,
        base_customers,
        measure_value,
        base_value,
        lower_value,
        upper_value,
        source_mart,
        source_query
    from {{ ref('int_outlook_' ~ kind) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

bounds as (

    select * from {{ ref('int_as_of_date') }}

),

worded as (

    select
        *,
        {{ number_as_text('customers') }} as customers_text,
        {{ number_as_text('base_customers') }} as base_customers_text,
        {{ money_as_text('measure_value') }} as value_text,
        {{ money_as_text('base_value') }} as base_text,
        case when detail = 'assumption' then ', by an uplift that is assumed' else ', by a measured uplift' end
            as uplift_text,
        ' if the forecast is as far off as past ones were' as past_text,
    {% for side in ['lower', 'upper'] -%}
    {{ number_as_text('100 * abs(' ~ side ~ '_value)', 1) }} || ' % too '
    || case when {{ side }}_value < 0 then 'low' else 'high' end as {{ side }}_error_text{{ ',' if not loop.last }}
    {% endfor %}

    from measures

),

phrased as (

    select
        *,
        case
            when topic = 'expected_revenue'
                then
                    'Known customers are expected to bring ' || value_text || ' in the next half year'
                    || case
                        when lower_value is not null
                            then
                                '; between ' || {{ money_as_text('lower_value') }}
                                || ' and ' || {{ money_as_text('upper_value') }} || past_text
                        else ''
                    end
            when topic = 'expected_orders'
                then
                    'Known customers are expected to place ' || {{ number_as_text('measure_value') }}
                    || ' orders in the next half year'
                    || case
                        when lower_value is not null
                            then
                                '; between ' || {{ number_as_text('lower_value') }}
                                || ' and ' || {{ number_as_text('upper_value') }} || past_text
                        else ''
                    end
            when topic = 'no_forecast' then 'There is no forecast: ' || coalesce(subject, 'nobody has ordered twice')
            when topic = 'forecast_error' and base_value > 0
                then
                    'Of ' || {{ number_as_text('base_value') }} || ' forecasts from days gone by, revenue was off by '
                    || {{ number_as_text('100 * measure_value', 1) }} || ' % in the mean, from ' || lower_error_text
                    || ' to ' || upper_error_text
            when topic = 'forecast_error'
                then 'How far off the forecast may be is not known: there is no past forecast to judge it by'
            when topic = 'valued_at_risk'
                then
                    customers_text || ' of ' || base_customers_text || ' customers of value tier A are unlikely'
                    || ' to order in the next half year: they have brought ' || base_text
                    || ' so far, and are expected to bring ' || value_text
            when topic in ('best_return', 'best_profit')
                then
                    'The offer ' || subject || ', sent to the ' || customers_text
                    || ' customers whom it pays to send it, costs '
                    || base_text
                    || ' and is expected to earn '
                    || value_text
                    || ' of profit'
                    || case topic when 'best_return' then ' per unit of cost' else '' end || uplift_text
            else
                'The segment ' || subject || case topic when 'segment_rise' then ' gained' else ' lost' end
                || ' the most expected revenue since ' || cast(base_date as {{ dbt.type_string() }}) || ': '
                || customers_text || ' customers who came are expected to bring ' || value_text || ', '
                || base_customers_text || ' who left ' || base_text
        end as sentence_text

    from worded

),

final as (

    select
        phrased.topic,
        bounds.as_of_date,
        phrased.subject,
        phrased.base_date,
        phrased.customers,
        phrased.base_customers,
        phrased.measure_value,
        phrased.base_value,
        phrased.lower_value,
        phrased.upper_value,
        case when phrased.sentence_text like '%.' then phrased.sentence_text else phrased.sentence_text || '.' end
            as sentence,
        phrased.source_mart,
        phrased.source_query

    from phrased
    cross join bounds

)

select * from final
