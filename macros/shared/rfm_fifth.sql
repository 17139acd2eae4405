{#- A score stretched onto 1 to 5, for the seed of the segments names fifths. -#}
{% macro rfm_fifth(score) -%}
    cast(round(1 + ({{ score }} - 1) * 4.0 / {{ var('rfm_bins') | int - 1 }}) as int)
{%- endmacro %}
