{#- The three RFM scores of a customer, beside the columns of rfm_edges; few days are good, so recency is reversed. -#}
{% macro rfm_scores() -%}
    {%- set bins = var('rfm_bins') | int -%}
    {{ bins + 1 }} - ({{ bin_score('recency', 'recency_days', bins) }}) as recency_score,
        {{ bin_score('frequency', rfm_frequency_measure(), bins) }} as frequency_score,
        {{ bin_score('monetary', 'monetary_value', bins) }} as monetary_score
{%- endmacro %}
