{#-
    The managerial segment of a customer with these three measures on a day: how long ago the last order was, then how
    long ago the first one was, then the mean order value. That is a quotient, and one that is the amount to the cent may miss it
    by its last digit: hence the rounding.
-#}
{% macro managerial_segment(recency_days, first_order_age_days, mean_order_value) -%}
    {%- set high_value = 'round(' ~ mean_order_value ~ ', 9) >= ' ~ var('managerial_high_value_amount') -%}
    case
        when ({{ recency_days }}) > {{ var('managerial_cold_days') }} then 'inactive'
        when ({{ recency_days }}) > {{ var('managerial_warm_days') }} then 'cold'
        when ({{ recency_days }}) > {{ var('managerial_active_days') }}
            then
                case
                    when ({{ first_order_age_days }}) <= {{ var('managerial_warm_days') }} then 'new_warm'
                    when {{ high_value }} then 'warm_high_value'
                    else 'warm_low_value'
                end
        when ({{ first_order_age_days }}) <= {{ var('managerial_active_days') }}
            then
                {% if var('managerial_split_new_active') -%}
                case when {{ high_value }} then 'new_active_high_value' else 'new_active_low_value' end
                {%- else -%}
                'new_active'
                {%- endif %}
        when {{ high_value }} then 'active_high_value'
        else 'active_low_value'
    end
{%- endmacro %}
