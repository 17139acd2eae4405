{#-
    The letter of a value between the edges that bin_edges made, A for the highest values and the last of so many letters
    for the lowest; null without a value.
-#}
{% macro value_tier(name, measure, tiers) -%}
    case
        when {{ measure }} is not null
            then substr('{{ 'ABCDEFGHIJ'[:tiers] | reverse }}', {{ bin_score(name, measure, tiers) }}, 1)
    end
{%- endmacro %}
