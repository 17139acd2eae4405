{#-
    A score from 1 (lowest values) to `bins`: one more than the edges below the value. Bins are closed on the right: a
    value on an edge belongs to the bin below it. Edges that fall together leave the scores between them unused.
-#}
{% macro bin_score(name, measure, bins) -%}
    1
    {%- for position in range(1, bins) %}
        + case when cast({{ measure }} as double) > {{ name }}_edge_{{ position }} then 1 else 0 end
    {%- endfor -%}
{%- endmacro %}
